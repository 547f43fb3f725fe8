// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Karaf's Web Console, as a browser of its administrator sees it. */
final class KarafWebConsole {

    static final String PORT = "ermine.http.port";
    static final String USER = "operator";
    static final String PASSWORD = "secret";

    private final HttpClient browser = HttpClient.newHttpClient();
    private final URI root = URI.create("http://localhost:" + System.getProperty(PORT) + "/system/console/");

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        byte[] credentials = (USER + ":" + PASSWORD).getBytes(StandardCharsets.US_ASCII);
        HttpRequest request = HttpRequest.newBuilder(root.resolve(path))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
                .build();
        return browser.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** What is there, or why there is nothing yet. */
    String content(String path) {
        try {
            HttpResponse<String> answer = get(path);
            return answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }
}
