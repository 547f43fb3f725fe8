// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What keeps one stranger from using up what all need: its share of a bounded resource, and its lines in the log. For
 * Ermine's bundles and for handlers and backends of others.
 *
 * <p>A stranger is whoever Ermine cannot trust to stop: a bundle, the secure world, somebody who looks at a page.
 * {@link org.ermine.tee.limits.OwnerShares} lets each owner have so much of a resource, so that whoever uses up its
 * share fails alone; {@link org.ermine.tee.limits.RepeatLog} tells of what a stranger can repeat once, and then in
 * sums; {@link org.ermine.tee.limits.Holders} says who fills what is full, and {@link
 * org.ermine.tee.limits.FailureText} says in an operator's words what went wrong.
 */
@Export
@Version("1.0.0")
package org.ermine.tee.limits;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
