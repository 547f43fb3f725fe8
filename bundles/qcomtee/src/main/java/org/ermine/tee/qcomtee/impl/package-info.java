// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The Qualcomm backend: object table, transport messages, user objects and their requests.
 *
 * <p>Needs a {@code SecureChannel}; offers a {@code TeeDriver}.
 */
package org.ermine.tee.qcomtee.impl;
