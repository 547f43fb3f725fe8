// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import java.nio.ByteBuffer;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;

/**
 * Finds the name of a trusted application in its image: the field {@code n=<name>;} of the metadata, a text of such
 * fields somewhere in the image. Each byte is read once, since the normal world may change the image meanwhile.
 */
public final class ImageMetadata {

    static final TeeResult INVALID_BUFFER = TeeResult.of(10);
    static final TeeResult METADATA_INVALID = TeeResult.of(13);
    static final TeeResult NO_NAME_IN_METADATA = TeeResult.of(15);

    private static final int ELF_MAGIC_LITTLE_ENDIAN = 0x464c_457f;
    private static final int ELF_HEADER_SIZE = 52;
    private static final String NAME_FIELD = "n=";
    /** Shorter names are met by chance in code and compressed data: longer ones go before them. */
    private static final int CREDIBLE_LENGTH = 4;

    private final ByteBuffer image;
    /** The metadata field that is being read. Cut off beyond what a name may have. */
    private final StringBuilder field = new StringBuilder();

    private String name;
    private boolean malformed;
    private boolean ambiguous;

    private ImageMetadata(ByteBuffer image) {
        this.image = image;
    }

    /** Reads the image from position to limit; {@code image} is little-endian. */
    public static String name(ByteBuffer image) throws TeeException {
        if (image.remaining() < ELF_HEADER_SIZE || image.getInt(image.position()) != ELF_MAGIC_LITTLE_ENDIAN) {
            throw new TeeException(INVALID_BUFFER, "the image of " + image.remaining() + " bytes is no ELF file");
        }
        return new ImageMetadata(image).find();
    }

    private String find() throws TeeException {
        for (int i = image.position(); i < image.limit(); i++) {
            accept(image.get(i));
        }
        if (ambiguous || name == null && malformed) {
            throw new TeeException(METADATA_INVALID, "the image's metadata have a malformed name or more than one");
        }
        if (name == null) {
            throw new TeeException(NO_NAME_IN_METADATA, "the image's metadata have no field " + NAME_FIELD + "<name>;");
        }
        return name;
    }

    private void accept(byte next) {
        if (next == ';') {
            endField();
        } else if (next <= ' ' || next == 0x7f) {
            field.setLength(0);
        } else if (field.length() <= NAME_FIELD.length() + AppName.MAX_LENGTH) {
            field.append((char) next);
        }
    }

    private void endField() {
        if (field.indexOf(NAME_FIELD) == 0) {
            acceptName(field.substring(NAME_FIELD.length()));
        }
        field.setLength(0);
    }

    private void acceptName(String found) {
        if (!AppName.isValid(found)) {
            malformed = true;
        } else if (name == null || name.length() < CREDIBLE_LENGTH && found.length() > name.length()) {
            name = found;
        } else if (found.length() >= CREDIBLE_LENGTH && !found.equals(name)) {
            ambiguous = true;
        }
    }
}
