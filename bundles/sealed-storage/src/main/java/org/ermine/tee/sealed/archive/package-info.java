// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Archives of what is sealed: encrypted with a key made of a passphrase, for any device. Knows nothing of the TEE.
 * Stateless but for what one reading or writing needs, which one thread does; needs memory for one segment, however
 * large the archive is.
 *
 * <p><b>Format 1.</b> All numbers are big-endian. The archive begins with a header in clear, of 36 bytes:
 *
 * <pre>
 *  0 "ERMINEBK" in ASCII
 *  8 u8 format: 1
 *  9 u8 algorithm: 1, AES-256-GCM in segments
 * 10 u8 key derivation: 1, PBKDF2 with HMAC-SHA-256 of the passphrase in UTF-8, as it is, to 32 bytes
 * 11 u8 0
 * 12 u32 iterations of the key derivation: 600,000 are written; 1 to 10,000,000 are read
 * 16 salt of the key derivation (16), random
 * 32 u32 bytes of content in a segment: 65,536 are written; 1,024 to 1,048,576 are read
 * </pre>
 *
 * <p>Segments follow, one behind the other. Each is the AES-256-GCM ciphertext of so much content with its tag of 16
 * bytes; the last one is of less, or as much, and only it may be of none. The nonce of 12 bytes is: 3 zeros, u64 number
 * of the segment from 0 on, u8 1 in the last segment and 0 in all others. The header is authenticated with each. So no
 * nonce is used twice with a key, and segments cannot be changed, moved, repeated, left out, or cut off at the end.
 * Nothing follows the last one.
 *
 * <p>The content is a sequence of records:
 *
 * <pre>
 * object:  u8 1, u32 bytes of fields, fields, u64 size, content of the object
 * end:     u8 0, u64 number of objects; nothing follows
 * field:   u8 tag, u32 bytes, value
 *          1 drawer, UTF-8                    the set of names that the object is in
 *          2 name, UTF-8
 *          3 when it was sealed, u64          milliseconds since 1970
 *          4 description                      what the client says of it; may be missing
 *          5 association                      what it is bound to, as a digest; may be missing
 * </pre>
 *
 * <p>Objects are ordered by drawer, then by name, each by UTF-16 code units, and there are no two of one name. A later
 * version that has more to say takes another format number or another tag; both are refused, and named, by whoever does
 * not know them.
 */
package org.ermine.tee.sealed.archive;
