// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** Commands that ask devices and a QTEE behind them, through a context that is open for as long as the command runs. */
package org.ermine.tee.shell.qtee;
