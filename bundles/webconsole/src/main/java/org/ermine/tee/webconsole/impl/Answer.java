// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a browser is answered, free of servlet types. Its body is not changed by anybody. */
record Answer(int status, Map<String, String> headers, byte[] body) {

    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    /** The browser loads, asks and shows only what comes from here, and shows it in no page of others. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /** Sets headers and content of an answer, in a servlet of either kind. */
    interface Response {

        void status(int status);

        void header(String name, String value);

        OutputStream body() throws IOException;
    }

    static Answer of(int status, Map<String, String> headers, byte[] body) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Content-Security-Policy", POLICY);
        all.put("X-Content-Type-Options", "nosniff");
        all.put("Referrer-Policy", "no-referrer");
        all.put("Cache-Control", "no-cache");
        return new Answer(status, all, body);
    }

    static Answer notFound() {
        return text(NOT_FOUND, "There is no such page.");
    }

    /** Try again. */
    static Answer unavailable(String why) {
        return text(UNAVAILABLE, why);
    }

    private static Answer text(int status, String text) {
        return of(status, Map.of("Content-Type", "text/plain; charset=utf-8"), text.getBytes(StandardCharsets.UTF_8));
    }

    void send(Response response) throws IOException {
        response.status(status);
        headers.forEach(response::header);
        if (body.length > 0) {
            response.header("Content-Length", Integer.toString(body.length));
            response.body().write(body);
        }
    }
}
