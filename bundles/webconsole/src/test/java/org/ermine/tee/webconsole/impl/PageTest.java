// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.ermine.tee.runtime.ContextDTO;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.FailedHandlerDTO;
import org.ermine.tee.runtime.FailedTrustedServiceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.ObjectDTO;
import org.ermine.tee.runtime.OwnerDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.runtime.RuntimeDTO;
import org.ermine.tee.runtime.TeeRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    private static final String TEN = "0123456789";
    private static final String HUNDRED = TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN + TEN;
    private static final String LONG_NAME = HUNDRED + HUNDRED + HUNDRED;

    private static final int MAX_BYTES = 150 << 10;
    private static final int MAX_STATE_BYTES = 1 << 20;
    private static final Path SOURCES = Path.of("src/main/resources/page");
    private static final Pattern MARKUP_FROM_TEXT =
            Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b|new Function|srcdoc");
    private static final Pattern ELSEWHERE = Pattern.compile("(https?:)?//[a-z0-9]", Pattern.CASE_INSENSITIVE);

    private final RuntimeDTO dto = new RuntimeDTO();
    private int requests;
    private String description = "";
    private final Page page = new Page(new TeeRuntime() {
        @Override
        public RuntimeDTO snapshot() {
            throw new AssertionError("all contexts are asked for");
        }

        @Override
        public RuntimeDTO snapshot(int contexts) {
            assertEquals(Page.MOST, contexts);
            return dto;
        }

        @Override
        public List<ContextDTO> contexts(String device, long after, int limit) {
            ContextDTO context = new ContextDTO();
            context.id = after + 1;
            context.owner = device;
            context.teeObjects = limit;
            context.requests = many(requests, RequestDTO::new);
            return List.of(context);
        }

        @Override
        public List<ObjectDTO> objects(long contextId, int limit) {
            ObjectDTO object = new ObjectDTO();
            object.id = contextId;
            object.kind = "tee";
            object.description = "at most " + limit + description;
            return contextId == 7 ? List.of(object) : List.of();
        }
    });

    private Answer get(String path) {
        return page.get(path, null, null);
    }

    private JsonNode json(String path) throws IOException {
        Answer answer = get(path);
        assertEquals("application/json", answer.headers().get("Content-Type"));
        return new ObjectMapper().readTree(answer.body());
    }

    @Test
    void theStateIsAllThatTheRuntimeTells() throws IOException {
        dto.changeCount = 17;
        HandlerDTO handler = new HandlerDTO();
        handler.name = "<script>alert(\"1\")</script>";
        dto.handlers = new HandlerDTO[] {handler};
        JsonNode state = json("/state.json");

        assertEquals(17, state.get("changeCount").asInt());
        assertEquals(handler.name, state.at("/handlers/0/name").asText());
        assertTrue(state.get("devices").isArray());
    }

    @Test
    void objectsAreThoseOfTheContextAndLimited() throws IOException {
        assertEquals(
                "[{\"id\":7,\"kind\":\"tee\",\"description\":\"at most 500\"}]",
                json("/contexts/7.json").toString());
        assertEquals("[]", json("/contexts/8.json").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"my device", "/dev/tee0", "a/contexts/1.json", "two\nlines", LONG_NAME})
    void contextsAreThoseOfTheDeviceAfterTheOneNamedAndLimited(String device) throws IOException {
        JsonNode context = json("/devices/" + device + "/contexts/7.json").get(0);

        assertEquals(8, context.get("id").asInt());
        assertEquals(device, context.get("owner").asText());
        assertEquals(Page.PAGE, context.get("teeObjects").asInt());
    }

    @Test
    void theStateHasABoundWhateverThereIsOf() throws IOException {
        dto.handlers = many(3000, HandlerDTO::new);
        dto.failedHandlers = many(3000, FailedHandlerDTO::new);
        dto.failedTrustedServices = many(3000, FailedTrustedServiceDTO::new);
        dto.devices = many(3, DeviceDTO::new);
        for (DeviceDTO device : dto.devices) {
            device.owners = many(3000, OwnerDTO::new);
            device.contexts = many(Page.MOST, ContextDTO::new);
            for (ContextDTO context : device.contexts) {
                context.requests = many(64, RequestDTO::new);
            }
        }
        JsonNode state = json("/state.json");

        assertEquals(2000, state.get("handlersLeftOut").asInt());
        assertEquals(2000, state.at("/devices/0/ownersLeftOut").asInt());
        assertEquals(3000, state.at("/devices/1/ownersLeftOut").asInt());
        int bytes = get("/state.json").body().length;
        assertTrue(bytes < MAX_STATE_BYTES, bytes + " bytes");
    }

    @Test
    void aPageHasABoundWhateverThereIsOf() throws IOException {
        requests = 3000;
        description = "x".repeat(1_000_000);
        JsonNode context = json("/devices/" + LONG_NAME + LONG_NAME + LONG_NAME + LONG_NAME + "/contexts/7.json")
                .get(0);

        assertEquals(Page.MOST, context.get("requests").size());
        assertEquals(3000 - Page.MOST, context.get("requestsLeftOut").asInt());
        assertTrue(context.get("owner").asText().endsWith("..."));
        assertTrue(json("/contexts/7.json").at("/0/description").asText().endsWith("..."));
    }

    private static <D> D[] many(int count, Supplier<D> make) {
        @SuppressWarnings("unchecked")
        D[] all = (D[]) Array.newInstance(make.get().getClass(), count);
        Arrays.setAll(all, i -> make.get());
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nothing.js",
                "/../Page.class",
                "/page/live.htm",
                "/contexts/x.json",
                "/devices/a/contexts/x.json",
                "/devices//contexts/1.json",
                "/contexts/-1.json",
                "/contexts/9999999999999999999.json",
                "//state.json",
                "/state.json/"
            })
    void whatIsNotThereIsNotFound(String path) {
        assertEquals(404, get(path).status());
    }

    @Test
    void whatTheBrowserHasIsNotSentAgain() {
        Answer first = get("/live.htm");
        Answer again = page.get("/live.htm", first.headers().get("ETag"), null);

        assertEquals(304, again.status());
        assertEquals(0, again.body().length);
        assertEquals(200, page.get("/live.htm", "W/\"other\"", null).status());
        assertNotEquals(first.headers().get("ETag"), get("/style.css").headers().get("ETag"));
    }

    @Test
    void aBrowserThatDecodesGzipGetsGzip() throws IOException {
        Answer plain = page.get("/style.css", null, "identity");
        Answer zipped = page.get("/style.css", null, "deflate, gzip;q=1.0");

        assertFalse(plain.headers().containsKey("Content-Encoding"));
        assertEquals("gzip", zipped.headers().get("Content-Encoding"));
        assertArrayEquals(plain.body(), new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes());
    }

    @Test
    void everyAnswerBindsTheBrowserToWhatIsOurs() {
        for (String path : List.of("/live.htm", "/main.js", "/state.json", "/nothing")) {
            String policy = get(path).headers().get("Content-Security-Policy");
            assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), policy);
            assertFalse(policy.contains("unsafe"), policy);
            assertEquals("nosniff", get(path).headers().get("X-Content-Type-Options"));
        }
    }

    @Test
    void everyFileOfThePageIsServed() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            Set<String> names = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
            assertEquals(new TreeSet<>(names), new TreeSet<>(PageFiles.NAMES));
        }
    }

    @Test
    void thePageIsLightEvenUncompressed() {
        int bytes = PageFiles.NAMES.stream()
                .mapToInt(name -> get("/" + name).body().length)
                .sum();
        assertTrue(bytes < MAX_BYTES, bytes + " bytes");
    }

    @Test
    void noFileRefersElsewhereOrTakesTextForMarkup() {
        for (String name : PageFiles.NAMES) {
            String file = new String(get("/" + name).body(), UTF_8)
                    .replace("http://www.w3.org/2000/svg", "")
                    .replaceAll("(?m)^ *// .*$", "");
            assertFalse(ELSEWHERE.matcher(file).find(), name);
            assertFalse(MARKUP_FROM_TEXT.matcher(file).find(), name);
        }
    }
}
