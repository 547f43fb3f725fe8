// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.failure;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ermine.tee.Errno;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.mink.AppController;
import org.ermine.tee.mink.AppLoader;
import org.ermine.tee.sealed.SealedStorageException;
import org.ermine.tee.sealed.SealedStorageException.Reason;
import org.ermine.tee.sealed.limit.Place;
import org.ermine.tee.sealed.protocol.NamedObject;
import org.ermine.tee.sealed.protocol.ObjectNames;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;

/** Turns what the TA and the way to it answer into words. */
public final class Explanation {

    /** The configuration PID of the trusted application. */
    private static final String OPTIONS = "org.ermine.tee.ta.sealedstorage";

    /**
     * What a result means.
     *
     * @param text where the stored is at fault, the first %s stands for what of it, and the second for the part; else
     *     the only one stands for the object
     * @param isOfStored whether the stored is at fault
     */
    private record Meaning(Reason reason, String text, boolean isOfStored) {

        String of(Object... what) {
            return String.format(Locale.ROOT, text, what);
        }
    }

    private static final Map<Integer, Meaning> MEANINGS = Map.ofEntries(
            meaning(SealedStorageProtocol.ERROR_NOT_FOUND, Reason.NOT_FOUND, "nothing is sealed as %s"),
            meaning(SealedStorageProtocol.ERROR_EXISTS, Reason.ALREADY_EXISTS, "something is sealed as %s already"),
            meaning(SealedStorageProtocol.ERROR_INVALID_NAME, Reason.INVALID_NAME, "%s is no name for a sealed object"),
            ofStored(
                    SealedStorageProtocol.ERROR_TAMPERED, Reason.TAMPERED, "%s was changed: %s is not what was sealed"),
            ofStored(
                    SealedStorageProtocol.ERROR_TRUNCATED,
                    Reason.TRUNCATED,
                    "%s was cut off: the end of %s is missing"),
            ofStored(SealedStorageProtocol.ERROR_MISSING, Reason.CHUNK_MISSING, "%s is incomplete: %s is missing"),
            ofStored(
                    SealedStorageProtocol.ERROR_EXCHANGED,
                    Reason.EXCHANGED,
                    "%s was mixed up: in the place of %s stands something else that was sealed"),
            ofStored(
                    SealedStorageProtocol.ERROR_ROLLED_BACK,
                    Reason.ROLLED_BACK,
                    "%s was put back to an older version: %s is not the latest"),
            ofStored(
                    SealedStorageProtocol.ERROR_FOREIGN_STORE,
                    Reason.FOREIGN_STORE,
                    "%s was not sealed by this device, or the device has lost its keys since: %s is foreign"),
            ofStored(
                    SealedStorageProtocol.ERROR_NEWER_STORE,
                    Reason.NEWER_STORE,
                    "%s is newer than the device's secure state, which was reset or put back: %s is of a later"
                            + " version"),
            ofStored(
                    SealedStorageProtocol.ERROR_NEWER_VERSION,
                    Reason.NEWER_VERSION,
                    "%s was written by a newer version of sealed storage: %s is in a format that this version does not"
                            + " know"),
            ofStored(SealedStorageProtocol.ERROR_STORE_MISSING, Reason.STORE_MISSING, "%s is gone: %s is missing"),
            meaning(
                    SealedStorageProtocol.ERROR_STORAGE_FULL,
                    Reason.STORAGE_FULL,
                    "no space is left in the store for %s"),
            meaning(
                    SealedStorageProtocol.ERROR_READ_ONLY,
                    Reason.READ_ONLY,
                    "%s was not changed: the store can only be read"),
            meaning(
                    SealedStorageProtocol.ERROR_STORAGE_DENIED,
                    Reason.STORAGE_DENIED,
                    "the storage handler may not access the store for %s"),
            meaning(
                    SealedStorageProtocol.ERROR_STORAGE_UNAVAILABLE,
                    Reason.NO_HANDLER,
                    "no handler stores files for the TEE, or it did not answer, so %s cannot be reached"),
            meaning(
                    SealedStorageProtocol.ERROR_STORAGE_FAILED,
                    Reason.STORAGE_FAILED,
                    "the store reported an error when it was asked for %s"),
            meaning(
                    SealedStorageProtocol.ERROR_NOT_PERMITTED,
                    Reason.NOT_PERMITTED,
                    "the trusted application does not let this bundle use %s; the operator says who may use which"
                            + " drawers, by drawers of " + OPTIONS),
            meaning(
                    SealedStorageProtocol.ERROR_ASSOCIATED_DATA,
                    Reason.NOT_PERMITTED,
                    "%s is bound to other associated data than was said, or to none"),
            meaning(
                    SealedStorageProtocol.ERROR_DRAWER_FULL,
                    Reason.DRAWER_FULL,
                    "there is no room for %s: its drawer has as many objects or bytes as the operator allows it,"
                            + " by maxObjectsPerDrawer and maxPerDrawerMiB of " + OPTIONS),
            meaning(
                    SealedStorageProtocol.ERROR_TOO_MANY_OBJECTS,
                    Reason.TOO_MANY_OBJECTS,
                    "the store cannot hold another object like %s; remove some first"),
            meaning(
                    SealedStorageProtocol.ERROR_TOO_MANY_OPEN,
                    Reason.BUSY,
                    "too many objects are being sealed and unsealed at present for %s to be one of them; try again"
                            + " later"),
            meaning(
                    SealedStorageProtocol.ERROR_SET_GIVEN_UP,
                    Reason.BUSY,
                    "there are files of more replaced and removed objects than are kept, so %s cannot be had as it was;"
                            + " try again when less is sealed, and if the log tells of files that could not be removed,"
                            + " see to those first"),
            meaning(
                    SealedStorageProtocol.ERROR_BUSY,
                    Reason.BUSY,
                    "the store is at work, so %s has to wait; try again later"));

    private static final Set<Reason> OF_STORAGE = EnumSet.of(
            Reason.STORAGE_FULL, Reason.READ_ONLY, Reason.STORAGE_DENIED, Reason.STORAGE_FAILED, Reason.NO_HANDLER);

    private static final String WHOLE = "the store";
    private static final String LIST = "the list of sealed objects";
    private static final String INDEX = "its index";

    private static final String PUT_BACK = "put back what belongs together, or else ";
    private static final String BEGIN_ANEW = "begin anew (tee:reset-store), then bring back a backup (tee:restore)";
    private static final String WAY_OUT_OF_STORE =
            PUT_BACK + "save what can be salvaged, if anything (tee:salvageable), " + BEGIN_ANEW;
    /** Nothing of it is authentic for this device. */
    private static final String WAY_OUT_WITHOUT_SALVAGE = PUT_BACK + BEGIN_ANEW;

    private static final String WAY_OUT_OF_NEWER_VERSION = "have that version read it, or else " + BEGIN_ANEW;
    private static final String WAY_OUT_OF_OBJECT = "remove it or seal it anew; nothing else is concerned";

    private Explanation() {}

    public static SealedStorageException ofConnecting(TeeException failure) {
        return switch (failure.result().code()) {
            case AppLoader.ERROR_EMBEDDED_IMAGE_NOT_FOUND ->
                new SealedStorageException(
                        Reason.NO_APPLICATION,
                        "the TEE has no sealed storage: the trusted application " + SealedStorageProtocol.TA_NAME
                                + " is not deployed",
                        failure);
            case AppLoader.ERROR_APP_NOT_LOADED, AppController.ERROR_APP_UNLOADED -> applicationGone(failure);
            default -> ofTransport(failure);
        };
    }

    /** A failure of an operation on an object as such: what is damaged, if anything, is the index. */
    public static SealedStorageException ofObject(NamedObject object, TeeException failure) {
        return of(object, null, failure);
    }

    /**
     * A failure of the one step that makes an operation take effect. Where the TA itself says that it failed, nothing
     * has changed; where it does not answer, nobody knows.
     *
     * @param done what would have been done to the object, for example "sealed"
     */
    public static SealedStorageException ofDecision(NamedObject object, String done, TeeException failure) {
        return ofDecision(object + " was " + done, ofObject(object, failure), failure);
    }

    /** @param done what may have happened or not */
    private static SealedStorageException ofDecision(
            String done, SealedStorageException explained, TeeException failure) {
        if (MEANINGS.containsKey(failure.result().code())) {
            return explained;
        }
        String why = explained.reason() == Reason.INTERRUPTED ? "interrupted" : explained.fault();
        return new SealedStorageException(
                Reason.OUTCOME_UNKNOWN,
                "it is not known whether " + done + ", the list of what is sealed tells: " + why,
                failure);
    }

    /** A failure of the one step that begins the store anew. */
    public static SealedStorageException ofReset(TeeException failure) {
        return ofDecision("the store was begun anew", of(WHOLE, null, failure), failure);
    }

    /**
     * A failure to give an object another name: an object that is not there is the former, one that is in the way the
     * latter.
     */
    public static SealedStorageException ofRenaming(NamedObject from, NamedObject to, TeeException failure) {
        int code = failure.result().code();
        boolean ofTarget =
                code == SealedStorageProtocol.ERROR_EXISTS || code == SealedStorageProtocol.ERROR_DRAWER_FULL;
        return ofDecision(ofTarget ? to : from, "renamed", failure);
    }

    /** A failure to open an object: where too many are open, it says who has most of them. */
    public static SealedStorageException ofOpening(NamedObject object, Place place, TeeException failure) {
        SealedStorageException explained = ofObject(object, failure);
        boolean full = failure.result().code() == SealedStorageProtocol.ERROR_TOO_MANY_OPEN
                && explained.reason() == Reason.BUSY;
        return full
                ? new SealedStorageException(Reason.BUSY, explained.getMessage() + place.largest(), failure)
                : explained;
    }

    /** A failure to read an object's chunk, counted from 1. */
    public static SealedStorageException ofChunk(NamedObject object, long chunk, TeeException failure) {
        return of(object, "chunk " + chunk, failure);
    }

    /** A failure of an operation on all that is sealed. */
    public static SealedStorageException ofStore(TeeException failure) {
        return of(LIST, null, failure);
    }

    /**
     * A failure to list what is in a drawer.
     *
     * @param drawer empty for the bundle's own
     */
    public static SealedStorageException ofList(String drawer, TeeException failure) {
        String list = drawer.isEmpty() ? LIST : LIST + " in drawer " + ObjectNames.quote(drawer);
        return of(list, null, failure);
    }

    /** An object is there that was not to be. */
    public static SealedStorageException ofExisting(NamedObject object) {
        Meaning meaning = MEANINGS.get(SealedStorageProtocol.ERROR_EXISTS);
        return new SealedStorageException(meaning.reason(), meaning.of(object));
    }

    /** @param part of the object that was asked for; null if what was asked for is looked up in the index */
    private static SealedStorageException of(Object what, String part, TeeException failure) {
        Meaning meaning = MEANINGS.get(failure.result().code());
        if (Interrupts.isInterrupted() || meaning == null) {
            return ofTransport(failure);
        }
        if (!meaning.isOfStored()) {
            return new SealedStorageException(meaning.reason(), meaning.of(what), failure);
        }
        return part == null
                ? new SealedStorageException(
                        meaning.reason(), meaning.of(WHOLE, INDEX), wayOut(meaning.reason()), failure)
                : new SealedStorageException(
                        meaning.reason(), meaning.of("the stored copy of " + what, part), WAY_OUT_OF_OBJECT, failure);
    }

    /** Of a store that is refused. */
    private static String wayOut(Reason reason) {
        return switch (reason) {
            case NEWER_VERSION -> WAY_OUT_OF_NEWER_VERSION;
            case FOREIGN_STORE, STORE_MISSING -> WAY_OUT_WITHOUT_SALVAGE;
            default -> WAY_OUT_OF_STORE;
        };
    }

    /**
     * What clients are told as the reason of a failure that an operator can do something about; empty if it is none.
     */
    static Optional<Reason> reasonForOperator(TeeException failure) {
        return Optional.ofNullable(MEANINGS.get(failure.result().code()))
                .filter(meaning -> meaning.isOfStored() || OF_STORAGE.contains(meaning.reason()))
                .map(Meaning::reason)
                .filter(reason -> reason != Reason.NO_HANDLER);
    }

    /** Whether the application has more to tell of a failure: what is stored is at fault, or the storage. */
    static boolean concernsWhatIsStored(TeeException failure) {
        Meaning meaning = MEANINGS.get(failure.result().code());
        return meaning != null && (meaning.isOfStored() || OF_STORAGE.contains(meaning.reason()));
    }

    private static SealedStorageException ofTransport(TeeException failure) {
        if (Interrupts.isInterrupted()) {
            return Interrupts.interrupted(failure);
        }
        if (failure.errno().filter(Errno.ENODEV::equals).isPresent()) {
            if (failure.result().equals(TeeResult.UNAVAIL)) {
                return new SealedStorageException(
                        Reason.NO_HANDLER, "nobody serves the TEE: " + failure.getMessage(), failure);
            }
            return new SealedStorageException(Reason.NO_TEE, "the TEE went away", failure);
        }
        if (failure.result().equals(TeeResult.DEFUNCT)) {
            return applicationGone(failure);
        }
        if (failure.errno().filter(Errno.EACCES::equals).isPresent()) {
            return new SealedStorageException(
                    Reason.NOT_PERMITTED, "the TEE may not be used: " + failure.getMessage(), failure);
        }
        return new SealedStorageException(Reason.FAILED, "the TEE failed: " + failure.getMessage(), failure);
    }

    private static SealedStorageException applicationGone(TeeException failure) {
        return new SealedStorageException(Reason.NO_APPLICATION, "the sealed storage application went away", failure);
    }

    private static Map.Entry<Integer, Meaning> meaning(int code, Reason reason, String text) {
        return Map.entry(code, new Meaning(reason, text, false));
    }

    private static Map.Entry<Integer, Meaning> ofStored(int code, Reason reason, String text) {
        return Map.entry(code, new Meaning(reason, text, true));
    }
}
