// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.state;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.log.FailureText;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.qtee.emulator.limit.EmulatorConfiguration;
import org.ermine.tee.spi.support.DurableFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the secure world keeps when it is switched off: the device key and the counters of applications. Thread safe.
 */
public final class SecureState implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(SecureState.class);

    private static final String DEVICE_KEY = "device-key";
    private static final String COUNTERS_PREFIX = "counters-";
    private static final int KEY_SIZE = 32;
    private static final int MAX_COUNTERS = 65_536;
    private static final int MAX_COUNTER_NAME = 255;
    private static final byte[] SALT = "Ermine emulated QTEE, key derivation 1".getBytes(StandardCharsets.US_ASCII);

    /** Guarded by this; no foreign code runs under the lock. */
    private final StateDirectory directory;

    private final byte[] deviceKey;
    private final RepeatLog problems;
    /** Guarded by this. */
    private boolean closed;

    private SecureState(StateDirectory directory, byte[] deviceKey, RepeatLog problems) {
        this.directory = directory;
        this.deviceKey = deviceKey;
        this.problems = problems;
    }

    /**
     * Opens the state, or begins one.
     *
     * @throws IOException if it is damaged, accessible to others, in use, or cannot be read or written; the message
     *     says where
     */
    public static SecureState open(Path path) throws IOException {
        return open(path, StateDirectory.Room.REAL, DurableFiles.NameForcer.REAL, new RepeatLog(LOG::warn));
    }

    static SecureState open(Path path, StateDirectory.Room room, DurableFiles.NameForcer names, RepeatLog problems)
            throws IOException {
        return open(path, room, names, StateDirectory.ByteForcer.REAL, problems);
    }

    /** @param problems where to tell of a directory that fails while it is in use: only a number reaches the client */
    static SecureState open(
            Path path,
            StateDirectory.Room room,
            DurableFiles.NameForcer names,
            StateDirectory.ByteForcer bytes,
            RepeatLog problems)
            throws IOException {
        StateDirectory directory = StateDirectory.open(path, room, names, bytes);
        try {
            return new SecureState(directory, deviceKey(directory, path), problems);
        } catch (Throwable e) {
            directory.close();
            throw e;
        }
    }

    /** HKDF-SHA-256 of the device key for this application and purpose. */
    public byte[] deriveKey(String app, String purpose) {
        return Hkdf.derive(deviceKey, SALT, Hkdf.info(app, purpose), KEY_SIZE);
    }

    public synchronized long counter(String app, String name) throws TeeException {
        return counters(app).getOrDefault(name, 0L);
    }

    public synchronized void advance(String app, String name, long value) throws TeeException {
        if (name.isEmpty() || name.length() > MAX_COUNTER_NAME) {
            throw new TeeException(
                    TeeResult.INVALID, "the name of a counter has 1 to " + MAX_COUNTER_NAME + " characters");
        }
        Map<String, Long> counters = counters(app);
        long present = counters.getOrDefault(name, 0L);
        if (value <= present) {
            throw new TeeException(
                    TeeResult.INVALID, "counter " + name + " of " + app + " is at " + present + ", not below " + value);
        }
        counters.put(name, value);
        if (counters.size() > MAX_COUNTERS) {
            throw new TeeException(
                    TeeResult.MEM, app + " has " + MAX_COUNTERS + " counters, a fixed limit for each application");
        }
        try {
            write(app, encode(counters));
        } catch (IOException e) {
            throw unusable("written", "counter " + name + " of " + app + " cannot be stored", e);
        }
    }

    private void write(String app, byte[] content) throws IOException, TeeException {
        try {
            alternating(app).write(content);
            directory.remove(formerFile(app));
        } catch (IOException e) {
            if (directory.isFull(content, e)) {
                String text = told("full", "the disk of the secure state is full", e);
                throw new TeeException(TeeResult.ERROR, Errno.ENOSPC, text);
            }
            throw e;
        }
    }

    /** Another emulator may use the directory from now on, so this one leaves the counters alone. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        directory.close();
    }

    private static byte[] deviceKey(StateDirectory directory, Path path) throws IOException {
        byte[] key = directory.read(DEVICE_KEY);
        if (key == null) {
            key = new byte[KEY_SIZE];
            new SecureRandom().nextBytes(key);
            directory.write(DEVICE_KEY, key);
        }
        if (key.length != KEY_SIZE) {
            throw new IOException("secure state: the device key in " + path + " has " + key.length + " bytes");
        }
        return key;
    }

    private Map<String, Long> counters(String app) throws TeeException {
        if (closed) {
            throw new TeeException(TeeResult.ERROR, "the secure state was closed");
        }
        try {
            byte[] latest = alternating(app).read();
            byte[] stored = latest == null ? directory.read(formerFile(app)) : latest;
            return stored == null ? new TreeMap<>() : decode(stored);
        } catch (IOException e) {
            throw unusable("read", "the counters of " + app + " cannot be read", e);
        }
    }

    private TeeException unusable(String cause, String what, IOException reason) {
        return new TeeException(TeeResult.ERROR, told(cause, what, reason));
    }

    /** Tells the log, which the application's client cannot read, and returns what was told. */
    private String told(String cause, String what, IOException reason) {
        String text =
                what + ": " + FailureText.of(reason) + " (option stateDirectory of " + EmulatorConfiguration.PID + ")";
        problems.tell(cause, () -> text);
        return text;
    }

    private AlternatingFile alternating(String app) {
        return new AlternatingFile(directory, formerFile(app));
    }

    /** Where earlier versions kept all counters of an application, which is read until one is advanced. */
    private static String formerFile(String app) {
        return COUNTERS_PREFIX + HexFormat.of().formatHex(app.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] encode(Map<String, Long> counters) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(counters.size());
        for (Map.Entry<String, Long> counter : counters.entrySet()) {
            out.writeUTF(counter.getKey());
            out.writeLong(counter.getValue());
        }
        return bytes.toByteArray();
    }

    private static Map<String, Long> decode(byte[] stored) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored));
        Map<String, Long> counters = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            counters.put(in.readUTF(), in.readLong());
        }
        return counters;
    }
}
