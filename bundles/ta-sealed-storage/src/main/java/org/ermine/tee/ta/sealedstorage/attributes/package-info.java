// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/** What the index keeps of an object beside its content: what its client says of it, and what it is bound to. */
package org.ermine.tee.ta.sealedstorage.attributes;
