// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Daemon threads that Ermine's bundles begin, as a rule on the stacks of others: of clients, and of bundles that
 * register services.
 *
 * <ul>
 *   <li>{@link org.ermine.tee.embedded.threads.DaemonThreads} makes them all, so that they keep nothing of such a
 *       stack.
 *   <li>{@link org.ermine.tee.embedded.threads.ServiceThread}: for threads that do one service for everybody.
 *   <li>{@link org.ermine.tee.embedded.threads.OwnerThreads}: for foreign code that must not run on a thread that
 *       treats all owners.
 * </ul>
 *
 * <table>
 * <caption>What guards what</caption>
 * <tr><td>{@link org.ermine.tee.embedded.threads.OwnerThreads}</td><td>its lock: the owners' queues. It is not held
 *     while foreign code runs</td></tr>
 * </table>
 */
package org.ermine.tee.embedded.threads;
