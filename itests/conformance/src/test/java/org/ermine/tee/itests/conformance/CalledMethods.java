// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The methods that a class file refers to, for example {@code java/lang/String.length()I}. */
final class CalledMethods {

    private static final int MAGIC = 0xcafebabe;
    private static final byte INVOKE_INTERFACE = (byte) 0xb9;

    private record Pair(int first, int second) {}

    private final Map<Integer, String> texts = new HashMap<>();
    private final Map<Integer, Integer> classes = new HashMap<>();
    private final Map<Integer, Pair> methods = new HashMap<>();
    private final Map<Integer, Pair> namesAndTypes = new HashMap<>();
    /** Places of methods of which there are handles. */
    private final Set<Integer> handled = new HashSet<>();

    private CalledMethods() {}

    static CalledMethods read(InputStream classFile) throws IOException {
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
        return called;
    }

    /** All methods that the class file refers to. */
    Set<String> all() {
        return described(methods.keySet().stream());
    }

    /** Those of which there are handles, as for {@code LOG::warn}. */
    Set<String> handles() {
        return described(handled.stream().filter(methods::containsKey));
    }

    /** Those of interfaces that code of this class file calls. */
    Set<String> interfaceCalls(byte[] classFile) {
        return described(methods.keySet().stream().filter(place -> isCalled(place, classFile)));
    }

    /** Looks for the instruction: its code, the place of the method, the count of its arguments, and a zero. */
    private static boolean isCalled(int place, byte[] classFile) {
        for (int at = 0; at + 4 < classFile.length; at++) {
            if (classFile[at] == INVOKE_INTERFACE
                    && classFile[at + 1] == (byte) (place >> 8)
                    && classFile[at + 2] == (byte) place
                    && classFile[at + 3] > 0
                    && classFile[at + 4] == 0) {
                return true;
            }
        }
        return false;
    }

    private Set<String> described(Stream<Integer> places) {
        return places.map(methods::get).map(this::described).collect(Collectors.toSet());
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
            case 15 -> {
                data.readUnsignedByte();
                handled.add(data.readUnsignedShort());
            }
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
