// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.util.List;

/**
 * What a test method says that it proves.
 *
 * @param method where its result is found
 * @param title its display name
 * @param ids the statements named in front of the title
 */
record Claim(TestMethod method, String title, List<String> ids) {}
