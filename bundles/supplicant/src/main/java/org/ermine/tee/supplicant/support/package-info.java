// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What the other packages of the supplicant use, and what knows none of them: a thread that is woken up at the earliest
 * of the times that were asked for.
 *
 * <p>What is to be done later is never planned item by item. A {@link org.ermine.tee.supplicant.support.WakeUp} keeps
 * the earliest time that it was asked for, and its task looks for all that is due.
 *
 * <table>
 * <caption>What guards what</caption>
 * <tr><td>{@link org.ermine.tee.supplicant.support.WakeUpThread}</td><td>its lock, which is taken last: the thread, and
 *     when it is due. It is not held while the task runs</td></tr>
 * </table>
 */
package org.ermine.tee.supplicant.support;
