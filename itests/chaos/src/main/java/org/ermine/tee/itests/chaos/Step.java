// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import org.ermine.tee.itests.chaos.tee.Slots;

/**
 * One action of a run.
 *
 * @param action what is done
 * @param slot to whose handler, where it concerns one
 * @param number with which number, where it needs one: of a client, or an option's value
 */
record Step(Action action, Slots slot, int number) {}
