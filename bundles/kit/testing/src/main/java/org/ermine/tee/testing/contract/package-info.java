// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What every handler, callback object and trusted service has to stand, as JUnit tests to extend: bad commands, junk,
 * short buffers, many callers at once, an interrupt, being replaced and being let go. Each test begins with an object
 * of its own.
 *
 * <p>They prove that one of these cannot be led astray, not that it does what it is for: that is for its own tests.
 */
@Version("1.0.0")
package org.ermine.tee.testing.contract;

import org.osgi.annotation.versioning.Version;
