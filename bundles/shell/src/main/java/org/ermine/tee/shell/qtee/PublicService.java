// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.qtee;

import java.util.Arrays;
import java.util.Optional;
import org.ermine.tee.TeeException;
import org.ermine.tee.mink.ClientEnv;
import org.ermine.tee.mink.QteeUid;

/**
 * QTEE's public services, by the names of their interfaces. A QTEE need not have all, and lists none: one has to ask.
 */
enum PublicService {
    APP_LOADER(QteeUid.APP_LOADER, "IAppLoader"),
    REGISTER_LISTENER(QteeUid.REGISTER_LISTENER, "IRegisterListenerCBO"),
    DIAGNOSTICS(QteeUid.DIAGNOSTICS, "IDiagnostics"),
    REGISTER_TA_BUFFER(QteeUid.REGISTER_TA_BUFFER, "IRegisterTABufCBO"),
    FEATURE_VERSIONS(QteeUid.FEATURE_VERSIONS, "IFeatureVersions");

    private final int uid;
    private final String interfaceName;

    PublicService(int uid, String interfaceName) {
        this.uid = uid;
        this.interfaceName = interfaceName;
    }

    int uid() {
        return uid;
    }

    String interfaceName() {
        return interfaceName;
    }

    static Optional<PublicService> of(int uid) {
        return Arrays.stream(values()).filter(service -> service.uid == uid).findFirst();
    }

    /**
     * Whether the client may open the service.
     *
     * @throws TeeException if that cannot be told
     */
    boolean isOfferedTo(ClientEnv client) throws TeeException {
        try {
            client.open(uid).close();
            return true;
        } catch (TeeException e) {
            return switch (e.result().code()) {
                case ClientEnv.ERROR_NOT_FOUND, ClientEnv.ERROR_PRIVILEGE, ClientEnv.ERROR_NOT_SUPPORTED -> false;
                default -> throw e;
            };
        }
    }
}
