// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;

/** Keys with certificates, made by the JDK's keytool, and the JDK's signer of jars. */
final class SigningKeys {

    private static final String PASSWORD = "secret";

    private final Path folder;
    private final Path store;

    /** @param folder an empty folder */
    SigningKeys(Path folder) {
        this.folder = folder;
        store = folder.resolve("keys.p12");
    }

    /** A key with a certificate of its own. */
    SigningKeys selfSigned(String alias, String name, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("-genkeypair", "-alias", alias, "-dname", name, "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of(options));
        keytool(command);
        return this;
    }

    /** A key whose certificate another one issues. */
    SigningKeys issued(String alias, String name, String issuer) throws Exception {
        return selfSigned(alias, name, "-signer", issuer);
    }

    private void keytool(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(arguments);
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        Path output = folder.resolve("keytool.log");
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new AssertionError(command + ": " + Files.readString(output, StandardCharsets.UTF_8));
        }
    }

    /** The jar with a signature more. */
    byte[] sign(String alias, byte[] jar) throws Exception {
        Path unsigned = Files.write(folder.resolve("unsigned.jar"), jar);
        Certificate[] chain = keys().getCertificateChain(alias);
        PrivateKey key = (PrivateKey) keys().getKey(alias, PASSWORD.toCharArray());
        JarSigner signer = new JarSigner.Builder(new KeyStore.PrivateKeyEntry(key, chain))
                .signerName(alias)
                .build();
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        try (ZipFile file = new ZipFile(unsigned.toFile())) {
            signer.sign(file, signed);
        }
        return signed.toByteArray();
    }

    /** SHA-256 of a certificate. */
    String fingerprint(String alias) throws IOException, GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(keys().getCertificate(alias).getEncoded()));
    }

    private KeyStore keys() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }
}
