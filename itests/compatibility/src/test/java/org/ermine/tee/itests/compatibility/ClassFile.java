// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.compatibility;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;

/** As much of a class file as tells whether it is an interface that others can see, and which annotations it names. */
record ClassFile(boolean isPublicInterface, Set<String> texts) {

    private static final int MAGIC = 0xcafebabe;
    private static final int ACC_PUBLIC = 0x0001;
    private static final int ACC_INTERFACE = 0x0200;
    private static final int ACC_SYNTHETIC = 0x1000;
    private static final int ACC_ANNOTATION = 0x2000;
    /** The class files of packages are synthetic interfaces. */
    private static final int KIND = ACC_PUBLIC | ACC_INTERFACE | ACC_SYNTHETIC | ACC_ANNOTATION;

    static ClassFile read(InputStream stream) throws IOException {
        try (DataInputStream data = new DataInputStream(stream)) {
            if (data.readInt() != MAGIC) {
                throw new IOException("no class file");
            }
            data.readInt();
            Set<String> texts = new HashSet<>();
            int count = data.readUnsignedShort();
            for (int i = 1; i < count; i++) {
                i += readConstant(data, texts);
            }
            int access = data.readUnsignedShort();
            return new ClassFile((access & KIND) == (ACC_PUBLIC | ACC_INTERFACE), texts);
        }
    }

    /** @return how many places it takes beyond the first */
    private static int readConstant(DataInputStream data, Set<String> texts) throws IOException {
        int tag = data.readUnsignedByte();
        switch (tag) {
            case 1 -> texts.add(data.readUTF());
            case 3, 4, 9, 10, 11, 12, 17, 18 -> data.readInt();
            case 5, 6 -> {
                data.readLong();
                return 1;
            }
            case 7, 8, 16, 19, 20 -> data.readUnsignedShort();
            case 15 -> {
                data.readUnsignedByte();
                data.readUnsignedShort();
            }
            default -> throw new IOException("unknown constant " + tag);
        }
        return 0;
    }

    /** Whether it says by annotation who implements it. */
    boolean isMarked() {
        return texts.contains("Lorg/osgi/annotation/versioning/ProviderType;")
                || texts.contains("Lorg/osgi/annotation/versioning/ConsumerType;");
    }
}
