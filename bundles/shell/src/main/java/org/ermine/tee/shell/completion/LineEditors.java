// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.completion;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Gives each interactive session of Gogo a {@link LineEditor}: before its first command line, which is the one that
 * reads the profile, or the next one where this comes later. Takes it away again when it goes. Sessions end without a
 * word, so they are held weakly.
 *
 * <p>Thread-safe; {@code readers} guards itself and {@code ended}.
 */
@Component(service = CommandSessionListener.class)
public final class LineEditors implements CommandSessionListener {

    /** Session variable: Gogo's line editor, in sessions that have one. */
    private static final String READER = ".reader";

    private final Set<Object> readers = Collections.newSetFromMap(new WeakHashMap<>());
    private boolean ended;

    @Activate
    public LineEditors() {}

    @Deactivate
    void deactivate() {
        synchronized (readers) {
            ended = true;
            // The class is not loaded where there was no reader: it may miss the package of line readers.
            for (Object reader : readers) {
                LineEditor.remove(reader);
            }
            readers.clear();
        }
    }

    @Override
    public void beforeExecute(CommandSession session, CharSequence commandLine) {
        Object reader = session.get(READER);
        if (reader == null || !isLineReader(reader)) {
            return;
        }
        synchronized (readers) {
            if (!ended && readers.add(reader)) {
                LineEditor.install(reader);
            }
        }
    }

    /** The package of line readers is imported optionally: where it is not there, neither is one to be changed. */
    private static boolean isLineReader(Object reader) {
        try {
            return LineEditors.class
                    .getClassLoader()
                    .loadClass("org.jline.reader.impl.LineReaderImpl")
                    .isInstance(reader);
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence commandLine, Exception exception) {}

    @Override
    public void afterExecute(CommandSession session, CharSequence commandLine, Object result) {}
}
