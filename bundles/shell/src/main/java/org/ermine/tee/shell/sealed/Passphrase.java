// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.sealed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.sealed.SealedStorageAdmin;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.CommandException;

/**
 * A passphrase in a file, as it would stand in the shell's history else: the first line, in UTF-8. Leaves no other
 * copy.
 */
final class Passphrase implements AutoCloseable {

    private static final int LONGEST = 4096;

    private final char[] characters;

    private Passphrase(char[] characters) {
        this.characters = characters;
    }

    static Passphrase read(Path file, Call call) throws CommandException {
        byte[] bytes = new byte[LONGEST];
        try (InputStream in = open(file, call)) {
            int size = in.readNBytes(bytes, 0, LONGEST);
            if (size == LONGEST) {
                throw call.failure(file + " is no file with a passphrase: it has " + LONGEST + " bytes or more");
            }
            return decode(bytes, size).ofEnoughCharacters(file, call);
        } catch (CharacterCodingException e) {
            throw call.failure(file + " is not UTF-8");
        } catch (IOException e) {
            throw call.failure(FailureText.of(e));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** To open a pipe would wait for whoever writes into it. */
    private static InputStream open(Path file, Call call) throws CommandException, IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw call.failure(file + " is no file; a passphrase stands in the first line of one");
        }
        return Files.newInputStream(file);
    }

    private Passphrase ofEnoughCharacters(Path file, Call call) throws CommandException {
        int length = characters.length;
        if (length < SealedStorageAdmin.LEAST_PASSPHRASE) {
            close();
            throw call.failure("the passphrase in the first line of " + file + " has "
                    + (length == 1 ? "1 character" : length + " characters") + "; "
                    + SealedStorageAdmin.LEAST_PASSPHRASE + " is the least");
        }
        return this;
    }

    private static Passphrase decode(byte[] bytes, int size) throws CharacterCodingException {
        int end = 0;
        while (end < size && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
        char[] characters = new char[decoded.remaining()];
        decoded.get(characters);
        Arrays.fill(decoded.array(), '\0');
        return new Passphrase(characters);
    }

    /** Is wiped by {@link #close}. */
    char[] characters() {
        return characters;
    }

    @Override
    public void close() {
        Arrays.fill(characters, '\0');
    }
}
