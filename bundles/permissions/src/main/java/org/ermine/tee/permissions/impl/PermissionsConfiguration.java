// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.permissions.impl;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Options of permissions. Each but the last is a list of rules, see {@link RuleParser}. */
@ObjectClassDefinition(
        name = "Ermine permissions",
        description = "What bundles may do. A rule is BUNDLES: NAME, NAME... or BUNDLES signed by SIGNER: NAME, NAME..."
                + " BUNDLES is a symbolic name, SIGNER the SHA-256 fingerprint of a certificate or a distinguished "
                + "name in"
                + " quotes; * stands for any text in BUNDLES and in names, and for any number. Rules are separated by"
                + " semicolons. What no rule permits is refused. A change is in force at once: what is open and no "
                + "longer"
                + " permitted is closed.")
@interface PermissionsConfiguration {

    /** Configuration PID. */
    String PID = "org.ermine.tee.permissions";

    @AttributeDefinition(
            name = "Devices",
            description = "Who may open which devices, by their names. Default: every bundle every device.")
    String[] devices() default Rules.OPEN;

    @AttributeDefinition(
            name = "Services",
            description =
                    "Who may open which services of the TEE, by their UIDs, decimal or hexadecimal (0x57). Default: "
                            + "every"
                            + " bundle every service.")
    String[] services() default Rules.OPEN;

    @AttributeDefinition(
            name = "Identities",
            description =
                    "Who may register with the TEE on which devices, by their names, under another identity than that"
                            + " which Ermine made of the bundle, as a bridge does that speaks for others. Default: "
                            + "nobody.")
    String[] identities() default {};

    @AttributeDefinition(
            name = "Listeners",
            description =
                    "Who may serve which listeners, by their ids, decimal or hexadecimal (0xb). Default: every bundle"
                            + " every listener.")
    String[] listeners() default Rules.OPEN;

    @AttributeDefinition(
            name = "Callbacks",
            description = "Who may serve which callbacks, by their names. Default: every bundle every callback.")
    String[] callbacks() default Rules.OPEN;

    @AttributeDefinition(
            name = "Trusted code",
            description =
                    "Who may offer which trusted services and applications to the emulated TEE, by their UIDs and "
                            + "names."
                            + " Default: every bundle all of them.")
    String[] trusted() default Rules.OPEN;

    @AttributeDefinition(
            name = "Authorities",
            description =
                    "SHA-256 fingerprints of the certificates that issue those of signers, separated by commas. Rules "
                            + "with"
                            + " a distinguished name need them. Default: none.")
    String[] authorities() default {};
}
