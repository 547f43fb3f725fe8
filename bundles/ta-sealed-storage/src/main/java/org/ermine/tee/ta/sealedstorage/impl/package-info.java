// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * A trusted application for the emulated QTEE: storage that only its owner can open.
 */
package org.ermine.tee.ta.sealedstorage.impl;
