// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/**
 * Which objects are meant, and what they are bound to. Immutable.
 *
 * @param drawer its name in UTF-8; empty is the bundle's own
 * @param associatedData is not changed; empty if objects are not bound
 */
public record Scope(byte[] drawer, byte[] associatedData) {

    /** Objects of the bundle's own drawer, not bound. */
    public static final Scope OWN = new Scope(new byte[0], new byte[0]);

    /** @param name empty for the bundle's own drawer */
    public Scope in(String name) throws SealedStorageException {
        return new Scope(name.isEmpty() ? OWN.drawer() : ObjectNames.encodeDrawer(name), associatedData);
    }

    public Scope boundTo(byte[] data) {
        return new Scope(drawer, Objects.requireNonNull(data, "associatedData").clone());
    }

    /** An object that is meant, for messages. */
    public NamedObject named(String name) {
        return new NamedObject(drawerName(), name);
    }

    /** Empty for the bundle's own drawer. */
    public String drawerName() {
        return new String(drawer, StandardCharsets.UTF_8);
    }

    /**
     * Arguments of an operation in a drawer, which begin with the drawer and a name. An empty name stands before that
     * of the first object.
     */
    public Arguments arguments(byte[] name) {
        return new Arguments().in(drawer).in(name);
    }

    public Arguments arguments(String name) throws SealedStorageException {
        return arguments(ObjectNames.encode(name));
    }

    /** Asked of the application, an operation in a drawer. */
    public static int inDrawer(int operation) {
        return operation | SealedStorageProtocol.IN_DRAWER;
    }

    /** Says to an open object of the TA what it is bound to. */
    public void bind(TeeObject object, int operation) throws TeeException {
        object.invoke(operation, new Arguments().in(associatedData));
    }

    public boolean isBound() {
        return associatedData.length > 0;
    }
}
