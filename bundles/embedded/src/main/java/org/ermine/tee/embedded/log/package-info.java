// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What is told of strangers, which are all whom Ermine cannot trust to stop: a bundle, the secure world, somebody who
 * looks at a page.
 *
 * <p>{@link org.ermine.tee.embedded.log.RepeatLog} tells of what a stranger can repeat once, and then in sums; {@link
 * org.ermine.tee.embedded.log.FailureText} says what went wrong, in an operator's words or in those of whoever is to
 * mend it.
 */
package org.ermine.tee.embedded.log;
