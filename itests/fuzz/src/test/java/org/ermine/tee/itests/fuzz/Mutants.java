// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.fuzz;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Defects that the targets have to find: production sources of which one check was taken out, compiled into a folder
 * each. Put in front of the class path, such a folder stands for the defect.
 */
public final class Mutants {

    /**
     * A defect.
     *
     * @param name of its folder
     * @param target the class that has to find it, within {@code org.ermine.tee}
     * @param source the production source, within {@code bundles}
     * @param check what stands there, once
     * @param replacement what stands there instead
     */
    public record Mutant(String name, String target, String source, String check, String replacement) {}

    private static final String QCOMTEE = "qcomtee/src/main/java/org/ermine/tee/qcomtee/";
    private static final String EMULATOR = "qtee-emulator/src/main/java/org/ermine/tee/qtee/emulator/";
    private static final String GPFS = "supplicant-gpfs/src/main/java/org/ermine/tee/supplicant/gpfs/";
    private static final String CLIENT = "sealed-storage/src/main/java/org/ermine/tee/sealed/";
    private static final String SEALED = "ta-sealed-storage/src/main/java/org/ermine/tee/ta/sealedstorage/";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "output-may-grow",
                    "qcomtee.impl.DirectReturnFuzzTest",
                    QCOMTEE + "message/DirectMessage.java",
                    "returned > sizes[at] || ",
                    ""),
            new Mutant(
                    "buffer-may-leave-the-message",
                    "qcomtee.impl.CallbackFuzzTest",
                    QCOMTEE + "message/CallbackMessage.java",
                    " || offset > end - size",
                    ""),
            new Mutant(
                    "buffers-may-overlap",
                    "qcomtee.impl.CallbackFuzzTest",
                    QCOMTEE + "message/CallbackMessage.java",
                    "        refuseOverlap(index);\n",
                    ""),
            new Mutant(
                    "release-count-unchecked",
                    "qcomtee.impl.AsyncFuzzTest",
                    QCOMTEE + "export/AsyncMessages.java",
                    "count > (room - HEADER) / Integer.BYTES",
                    "count < 0"),
            new Mutant(
                    "mapping-without-room",
                    "qcomtee.impl.MappingFuzzTest",
                    QCOMTEE + "call/PrimordialObject.java",
                    "                || message.outputSize(0) < MAPPING_SIZE\n",
                    ""),
            new Mutant(
                    "released-before-returned",
                    "qcomtee.impl.ForeignWorldFuzzTest",
                    QCOMTEE + "call/Invocation.java",
                    """
                                if (result == 0) {
                                    takeObjects();
                                }
                                carryOutMessages();
                    """,
                    """
                                carryOutMessages();
                                if (result == 0) {
                                    takeObjects();
                                }
                    """),
            new Mutant(
                    "input-beyond-the-message",
                    "qtee.emulator.impl.InvocationFuzzTest",
                    EMULATOR + "message/InboundMessage.java",
                    "if (end > size)",
                    "if (end > MAX_SIZE)"),
            new Mutant(
                    "text-beyond-the-credentials",
                    "qtee.emulator.impl.ContentFuzzTest",
                    EMULATOR + "service/CredentialsMap.java",
                    "        requireRemaining(length);\n",
                    ""),
            new Mutant(
                    "name-may-lead-out",
                    "supplicant.gpfs.impl.HandlerFuzzTest",
                    GPFS + "disk/FileName.java",
                    "if (component.equals(\"..\"))",
                    "if (component.equals(\"...\"))"),
            new Mutant(
                    "old-version-is-taken",
                    "ta.sealedstorage.impl.StoredFilesFuzzTest",
                    SEALED + "blocks/BlockFiles.java",
                    "            requireSame(message, expected, stored);\n",
                    ""),
            new Mutant(
                    "archive-claims-memory",
                    "sealed.impl.ArchiveFuzzTest",
                    CLIENT + "archive/RecordCodec.java",
                    "size < 0 || size > MOST_FIELDS",
                    "size < 0"),
            new Mutant(
                    "segment-claims-memory",
                    "sealed.impl.ArchiveFuzzTest",
                    CLIENT + "archive/ArchiveHeader.java",
                    "        require(\"bytes in a segment\", segmentSize, SMALLEST_SEGMENT, LARGEST_SEGMENT);\n",
                    ""),
            new Mutant(
                    "restored-before-it-is-whole",
                    "sealed.impl.ArchiveFuzzTest",
                    CLIENT + "impl/SealedStorageAdminClient.java",
                    "            restore.verify(verified);\n",
                    ""));

    private Mutants() {}

    /**
     * Compiles all of them, and prints the name and the target of each.
     *
     * @param arguments the folder {@code bundles}; the folder for the results
     */
    public static void main(String[] arguments) throws IOException {
        for (Mutant mutant : ALL) {
            compile(mutant, Path.of(arguments[0]), Path.of(arguments[1]).resolve(mutant.name()));
            System.out.println(mutant.name() + " org.ermine.tee." + mutant.target());
        }
    }

    static void compile(Mutant mutant, Path bundles, Path output) throws IOException {
        Files.createDirectories(output);
        Path source = bundles.resolve(mutant.source());
        String mutated = mutated(Files.readString(source), mutant);
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-proc:none", "-nowarn", "-d", output.toString(), "-cp", System.getProperty("java.class.path"));
            JavaFileObject unit = new SourceText(source.getFileName().toString(), mutated);
            if (!compiler.getTask(messages, files, null, options, null, List.of(unit))
                    .call()) {
                throw new IllegalStateException(mutant.name() + " does not compile:\n" + messages);
            }
        }
    }

    private static String mutated(String source, Mutant mutant) {
        int at = source.indexOf(mutant.check());
        if (at < 0 || source.indexOf(mutant.check(), at + 1) >= 0) {
            throw new IllegalStateException(mutant.source() + " has the check of " + mutant.name()
                    + (at < 0 ? " no more: " : " more than once: ")
                    + mutant.check().strip());
        }
        return source.substring(0, at)
                + mutant.replacement()
                + source.substring(at + mutant.check().length());
    }

    private static final class SourceText extends SimpleJavaFileObject {

        private final String text;

        private SourceText(String name, String text) {
            super(URI.create("string:///" + name.replace(File.separatorChar, '/')), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
