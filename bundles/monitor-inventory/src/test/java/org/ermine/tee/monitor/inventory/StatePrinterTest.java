// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.inventory;

import static org.ermine.tee.runtime.State.context;
import static org.ermine.tee.runtime.State.device;
import static org.ermine.tee.runtime.State.handler;
import static org.ermine.tee.runtime.State.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.IntStream;
import org.apache.felix.inventory.Format;
import org.ermine.tee.runtime.DeviceDTO;
import org.ermine.tee.runtime.HandlerDTO;
import org.ermine.tee.runtime.RequestDTO;
import org.ermine.tee.runtime.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatePrinterTest {

    private final State state = new State();

    @BeforeEach
    void setUp() {
        state.dto.devices = new DeviceDTO[] {device("tee0", context(request(5), request(6))), device("tee1")};
    }

    private String print(Format format) {
        return print(format, false);
    }

    private String print(Format format, boolean isZip) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        new StatePrinter(state).print(out, format, isZip);
        out.print("|");
        out.flush();
        return text.toString();
    }

    private static String at(String json, String pointer) throws IOException {
        try (JsonParser parser = new FilteringParserDelegate(
                new JsonFactory().createParser(json),
                new JsonPointerBasedFilter(JsonPointer.compile(pointer)),
                TokenFilter.Inclusion.ONLY_INCLUDE_ALL,
                false)) {
            parser.nextToken();
            return parser.getText();
        }
    }

    @Test
    void jsonHasEveryFieldOfTheDto() throws IOException {
        state.dto.devices[1].name = "a \"quoted\"\nname";
        String json = print(Format.JSON);

        assertTrue(json.endsWith("}|"), "the writer stays open: " + json);
        json = json.substring(0, json.length() - 1);
        assertEquals("6", at(json, "/devices/0/contexts/0/requests/1/age"));
        assertEquals("PROCESSING", at(json, "/devices/0/contexts/0/requests/0/state"));
        assertEquals("a \"quoted\"\nname", at(json, "/devices/1/name"));
        assertEquals("false", at(json, "/devices/1/development"));
        assertEquals("1000", at(json, "/memory/limit"));
    }

    @Test
    void textIsIndentedByWhatBelongsTogether() {
        String text = print(Format.TEXT).replace(System.lineSeparator(), "\n");

        assertTrue(
                text.startsWith(
                        "changeCount: 0\nservicesChangeCount: 0\ndevices:\n- name: tee0\n  implementation: 0\n"),
                text);
        assertTrue(text.contains("\n  contexts:\n  - id: 7\n    owner: com.example.app 1.0.0\n"), text);
        assertTrue(text.contains("\n    requests:\n    - id: 3\n      object: 77\n"), text);
        assertTrue(text.contains("\nhandlers: none\n"), text);
        assertTrue(text.contains("\nmemory:\n  limit: 1000\n"), text);
    }

    @Test
    void whatThereAreVeryManyOfIsCutWithTheNumberOfWhatIsMissingButNotInAnArchive() throws IOException {
        state.dto.handlers = IntStream.range(0, 3000)
                .mapToObj(i -> handler("0x" + Integer.toHexString(i), i, true))
                .toArray(HandlerDTO[]::new);
        String text = print(Format.TEXT).replace(System.lineSeparator(), "\n");
        assertTrue(text.contains("\n- and 2800 more\n"), text);
        assertTrue(text.length() < 100_000, text.length() + " characters");
        assertEquals("2800", at(print(Format.JSON), "/handlersLeftOut"));

        state.mayTellAll = true;
        String archive = print(Format.JSON, true);
        assertEquals("2999", at(archive, "/handlers/2999/serviceId"));
        assertFalse(archive.contains("LeftOut"), "an archive tells all");
    }

    @Test
    void whatManyOfAKindListTogetherIsCutToo() throws IOException {
        RequestDTO[] requests = IntStream.range(0, 150).mapToObj(State::request).toArray(RequestDTO[]::new);
        state.dto.devices = new DeviceDTO[] {device("tee0", context(requests), context(requests), context(requests))};
        String json = print(Format.JSON);

        assertEquals("149", at(json, "/devices/0/contexts/0/requests/149/age"));
        assertEquals("100", at(json, "/devices/0/contexts/1/requestsLeftOut"));
        assertEquals("150", at(json, "/devices/0/contexts/2/requestsLeftOut"));
    }

    @Test
    void textListsNamesToo() {
        state.dto.handlers = new HandlerDTO[] {handler("0xb", 42, true)};
        state.dto.handlers[0].devices = new String[] {"tee0", "tee1"};
        String text = print(Format.TEXT).replace(System.lineSeparator(), "\n");

        assertTrue(text.contains("\n  devices:\n  - tee0\n  - tee1\n"), text);
    }

    @Test
    void textOfABundleCannotPassForALineOfOurs() {
        state.dto.devices[0].release = "1\nhandlers: none";

        assertFalse(print(Format.TEXT).contains("\nhandlers: none\n  development"), "a line break is replaced");
        assertTrue(print(Format.TEXT).contains("release: 1?handlers: none"));
    }
}
