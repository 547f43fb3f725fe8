// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The methods that a class file refers to. */
final class CalledMethods {

    private static final int MAGIC = 0xcafebabe;

    private record Pair(int first, int second) {}

    private final Map<Integer, String> texts = new HashMap<>();
    private final Map<Integer, Integer> classes = new HashMap<>();
    private final Map<Integer, Pair> methods = new HashMap<>();
    private final Map<Integer, Pair> namesAndTypes = new HashMap<>();

    private CalledMethods() {}

    /** For example {@code java/lang/String.length()I}. */
    static Set<String> in(InputStream classFile) throws IOException {
        CalledMethods called = new CalledMethods();
        try (DataInputStream data = new DataInputStream(classFile)) {
            if (data.readInt() != MAGIC) {
                throw new IOException("no class file");
            }
            data.readInt();
            int count = data.readUnsignedShort();
            for (int index = 1; index < count; index++) {
                index += called.readConstant(index, data);
            }
        }
        return called.methods.values().stream().map(called::described).collect(Collectors.toSet());
    }

    /** Returns how many places it takes beyond the first. */
    private int readConstant(int index, DataInputStream data) throws IOException {
        int tag = data.readUnsignedByte();
        switch (tag) {
            case 1 -> texts.put(index, data.readUTF());
            case 7 -> classes.put(index, data.readUnsignedShort());
            case 10, 11 -> methods.put(index, new Pair(data.readUnsignedShort(), data.readUnsignedShort()));
            case 12 -> namesAndTypes.put(index, new Pair(data.readUnsignedShort(), data.readUnsignedShort()));
            case 3, 4, 9, 17, 18 -> data.readInt();
            case 8, 16, 19, 20 -> data.readUnsignedShort();
            case 15 -> data.skipNBytes(3);
            case 5, 6 -> {
                data.readLong();
                return 1;
            }
            default -> throw new IOException("unknown constant " + tag);
        }
        return 0;
    }

    private String described(Pair method) {
        Pair signature = namesAndTypes.get(method.second());
        return texts.get(classes.get(method.first())) + "." + texts.get(signature.first())
                + texts.get(signature.second());
    }
}
