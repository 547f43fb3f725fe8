// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.gpfs.disk;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name from a message, checked: a relative path that names a file below its root, whatever is there.
 *
 * @param parents names of directories, from the root on
 * @param last the file's own name
 */
public record FileName(List<String> parents, String last) {

    /** Bytes that a message has for a name, including the NUL at its end. */
    public static final int FIELD_SIZE = 256;
    /** The name of what belongs to the handler itself below a root. */
    public static final String RESERVED = ".ermine";

    static final String BACKUP_SUFFIX = ".bak";

    /** Latin, Japanese and an emoji: a locale in which these can be names of files can name all. */
    private static final String BEYOND_ASCII = "\u00e4\u65e5\ud83d\udd12";

    private static final Logger LOG = LoggerFactory.getLogger(FileName.class);

    /** Reads the name that stands at {@code offset}. */
    public static FileName parse(ByteBuffer message, int offset) throws RefusedException {
        return of(decode(message.slice(offset, length(message, offset))));
    }

    public static FileName of(String path) throws RefusedException {
        if (path.isEmpty()) {
            throw new RefusedException(FileErrno.EINVAL, "the file name is empty");
        }
        if (path.chars().anyMatch(Character::isISOControl)) {
            throw new RefusedException(FileErrno.EINVAL, "the file name contains control characters");
        }
        if (path.startsWith("/")) {
            throw new RefusedException(FileErrno.EACCES, "the file name is absolute: " + path);
        }
        List<String> components = List.of(path.split("/", -1));
        for (String component : components) {
            checkComponent(component, path);
        }
        if (components.get(0).equals(RESERVED)) {
            throw new RefusedException(FileErrno.EACCES, "the file name is reserved: " + path);
        }
        int last = components.size() - 1;
        return new FileName(components.subList(0, last), components.get(last));
    }

    private static void checkComponent(String component, String path) throws RefusedException {
        if (component.equals("..")) {
            throw new RefusedException(FileErrno.EACCES, "the file name leads out of its directory: " + path);
        }
        if (component.isEmpty() || component.equals(".")) {
            throw new RefusedException(FileErrno.EINVAL, "the file name has an empty part: " + path);
        }
    }

    private static int length(ByteBuffer message, int offset) throws RefusedException {
        for (int i = 0; i < FIELD_SIZE; i++) {
            if (message.get(offset + i) == 0) {
                return i;
            }
        }
        throw new RefusedException(
                FileErrno.ENAMETOOLONG, "the file name does not end within " + FIELD_SIZE + " bytes");
    }

    private static String decode(ByteBuffer bytes) throws RefusedException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException(FileErrno.EILSEQ, "the file name is not UTF-8");
        }
    }

    /** Returns all names of the path, from the root on. */
    public List<String> path() {
        return Stream.concat(parents.stream(), Stream.of(last)).toList();
    }

    public FileName backup() {
        return new FileName(parents, last + BACKUP_SUFFIX);
    }

    /** Tells an operator if Java, as it was started, cannot name all files that the TEE may want. */
    public static void warnOfLocale() {
        try {
            Path.of(BEYOND_ASCII);
        } catch (InvalidPathException e) {
            LOG.warn(
                    "Files whose names are not in ASCII cannot be kept, each command for one fails with error {} "
                            + "(EILSEQ):"
                            + " Java takes names of files to be {}, as its locale says. Start it with LC_ALL=C.UTF-8, "
                            + "or"
                            + " another locale with UTF-8, in the environment",
                    FileErrno.EILSEQ,
                    System.getProperty("sun.jnu.encoding"));
        }
    }

    @Override
    public String toString() {
        return parents.isEmpty() ? last : String.join("/", parents) + "/" + last;
    }
}
