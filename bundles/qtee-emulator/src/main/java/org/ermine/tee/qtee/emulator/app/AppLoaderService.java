// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.app;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.ermine.tee.IncomingArguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.trusted.MappedMemory;
import org.ermine.tee.trusted.MemoryObject;
import org.ermine.tee.trusted.TrustedClient;
import org.ermine.tee.trusted.TrustedObject;
import org.ermine.tee.trusted.TrustedService;

/**
 * UID 3, {@code IAppLoader}: loads trusted applications and connects to loaded ones. An image only names the
 * application; its code is what is deployed under that name. Every client gets the same object.
 */
public final class AppLoaderService implements TrustedService, TrustedObject {

    public static final int UID = 3;

    private static final int LOAD_FROM_BUFFER = 0;
    private static final int LOAD_FROM_REGION = 1;
    private static final int LOAD_EMBEDDED = 2;
    private static final int CONNECT = 3;

    private final AppTable apps;
    private final TaBufferService images;

    public AppLoaderService(AppTable apps, TaBufferService images) {
        this.apps = apps;
        this.images = images;
    }

    @Override
    public TrustedObject open(TrustedClient client) {
        return this;
    }

    @Override
    public void invoke(int op, IncomingArguments arguments) throws TeeException {
        LoadedApp app = switch (op) {
            case LOAD_FROM_BUFFER -> {
                arguments.expect(1, 0, 0, 1);
                yield load(arguments.input(0));
            }
            case LOAD_FROM_REGION -> {
                arguments.expect(0, 0, 1, 1);
                yield load(region(arguments));
            }
            case LOAD_EMBEDDED -> {
                arguments.expect(1, 0, 0, 1);
                yield apps.load(AppName.read(arguments.input(0)), AppTable.EMBEDDED_IMAGE_NOT_FOUND);
            }
            case CONNECT -> {
                arguments.expect(1, 0, 0, 1);
                yield connect(AppName.read(arguments.input(0)));
            }
            default -> throw new TeeException(TeeResult.INVALID, "IAppLoader has no operation " + op);
        };
        arguments.outputObject(0, new LoadedAppController(app));
    }

    private LoadedApp load(ByteBuffer image) throws TeeException {
        return apps.load(ImageMetadata.name(image), AppTable.ELF_LOADING);
    }

    private LoadedApp load(MemoryObject region) throws TeeException {
        String name;
        try (MappedMemory memory = region.map()) {
            name = ImageMetadata.name(memory.buffer());
        }
        return apps.load(name, AppTable.ELF_LOADING);
    }

    /**
     * An application that is not loaded and whose name is a UUID is asked for by that, if the normal world can bring
     * it.
     */
    private LoadedApp connect(String name) throws TeeException {
        Optional<UUID> uuid = apps.isTaken(name) ? Optional.empty() : TaBufferService.uuid(name);
        if (uuid.isPresent() && images.isRegistered()) {
            try (MemoryObject image = images.get(uuid.get())) {
                return load(image);
            } catch (TeeException e) {
                if (!e.result().equals(AppTable.ALREADY_LOADED)) {
                    throw e;
                }
                // Another client has loaded it meanwhile.
            }
        }
        return apps.connect(name);
    }

    private static MemoryObject region(IncomingArguments arguments) throws TeeException {
        if (arguments.inputObject(0) instanceof MemoryObject memory) {
            return memory;
        }
        throw new TeeException(ImageMetadata.INVALID_BUFFER, "input object 0 is no memory object");
    }
}
