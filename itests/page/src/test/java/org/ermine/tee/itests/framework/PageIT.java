// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** The live page, looked at with a browser while bundles do what it shows. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageIT {

    private static final int BROWSERS = 100;
    private static final Path SCREENSHOTS = Path.of(System.getProperty("ermine.screenshots"));
    private static final String MARKUP = "<img src=x onerror=alert(1)>";

    private final List<Bundle> actors = new ArrayList<>();
    private PageServer server;
    private PageBrowser browser;
    private URI page;

    @BeforeAll
    void startAndLogIn(@TempDir Path storage) throws Exception {
        server = PageServer.start(storage);
        browser = PageBrowser.start();
        browser.logIn(server.console(), PageServer.USER);
        page = server.console().resolve("ermine/live.htm");
    }

    @AfterAll
    void stop() throws Exception {
        browser.close();
        server.close();
    }

    @BeforeEach
    void look() {
        browser.complaints();
        browser.size(1280, 900);
        browser.open(page);
        browser.awaitText("#contact", "live");
    }

    @AfterEach
    void theBrowserHasNothingToComplainOf() throws BundleException {
        List<String> complaints = browser.complaints();
        for (Bundle actor : actors) {
            actor.uninstall();
        }
        actors.clear();
        assertEquals(List.of(), complaints);
    }

    private Bundle cast(String symbolicName, String version) throws BundleException {
        Bundle actor = server.cast(symbolicName, version);
        actors.add(actor);
        return actor;
    }

    @Test
    void itAppearsInTheConsole() {
        browser.open(server.console().resolve("ermine"));
        browser.awaitText("body", "Apache Felix Web Console");
        browser.enterFrame();
        browser.awaitText("#devices", "qtee-emulator");
        browser.awaitText("#devices", "development: protects nothing");
        browser.awaitText("#handlers", "0x7000");
        browser.awaitText("#memory", "in use");
    }

    @Test
    void aSwapIsSeenAsItHappens() throws Exception {
        Bundle first = cast("org.example.clock", "1.0.0");
        server.tell(first, "listener 0x4010 1");
        browser.awaitText("#handlers", "org.example.clock 1.0.0");
        Bundle second = cast("org.example.clock", "1.1.0");
        server.tell(second, "listener 0x4010 2");

        browser.awaitText("#swaps li:first-child", "org.example.clock 1.0.0");
        browser.awaitText("#swaps li:first-child", "org.example.clock 1.1.0");
        assertEquals(
                "listener 0x4010: org.example.clock 1.1.0 [" + second.getBundleId()
                        + "] takes over from org.example.clock 1.0.0 [" + first.getBundleId() + "]",
                browser.value("document.getElementById('news').textContent"));
        browser.awaitText("[data-key='listener 0x4010'] .standby", "org.example.clock 1.0.0");
    }

    @Test
    void requestsAreSeenOnTheirWay() throws Exception {
        Bundle client = cast("org.example.client", "1.0.0");
        server.tell(client, "application");
        server.tell(client, "call 3");
        // One bundle does not get all of the workers, and there are no threads beyond them.
        browser.awaitText(".lane.processing h3", String.valueOf(PageServer.WORKERS - 1));
        browser.awaitText(".lane.queued h3", "1");
        browser.awaitText(".tile.busy", "1 request");

        server.tell(client, "answer");
        Await.none("answers", () -> browser.all(".lane.answered .chip").isEmpty() ? "are not seen" : "");
        browser.awaitText(".lane.processing h3", "0");
        Await.none("answered requests go", () -> browser.all(".chip").isEmpty() ? "" : "are there");
    }

    @Test
    void latenciesAreDrawn() throws Exception {
        Bundle client = cast("org.example.client", "1.0.0");
        server.tell(client, "contexts 1");
        server.tell(client, "invoke 100");

        browser.awaitText("#latency", "Invocations");
        browser.awaitText("#latency .figures", "99 % within");
        Await.none("bars", () -> browser.all("#latency .all rect").isEmpty() ? "are missing" : "");
    }

    @Test
    void hundredsOfContextsAreHeld() throws Exception {
        Bundle fleet = cast("org.example.fleet", "1.0.0");
        server.tell(fleet, "contexts 900");
        browser.awaitText("[data-key='org.example.fleet 1.0.0'] .owner-head", "900 contexts");
        assertEquals(
                900, browser.all("[data-key='org.example.fleet 1.0.0'] .tile").size());
        assertFits();

        browser.click("[data-key='org.example.fleet 1.0.0'] .tile:last-child");
        browser.awaitText("#details", "org.example.fleet 1.0.0");
        server.tell(fleet, "contexts 0");
        browser.awaitText("#details .gone", "no longer there");
        Await.none("they go", () -> browser.text("#devices").contains("fleet") ? "are there" : "");
    }

    @Test
    void ofVeryManyContextsSomeAreDrawnAllAreCountedAndTheRestIsFoundPageByPage() throws Exception {
        Bundle fleet = cast("org.example.armada", "1.0.0");
        server.tell(fleet, "contexts 5000");
        browser.awaitText("[data-key='org.example.armada 1.0.0'] .owner-head", "5,000 contexts");
        browser.awaitText("#totals", "5,0");
        browser.awaitText("[data-key='org.example.armada 1.0.0'] .more", "more");
        int drawn = browser.all("[data-key='org.example.armada 1.0.0'] .tile").size();
        assertTrue(drawn > 900 && drawn <= 1000, drawn + " contexts are drawn");
        assertFits();
        browser.screenshot(SCREENSHOTS.resolve("many.png"));

        browser.click("[data-key='org.example.armada 1.0.0'] .more");
        browser.awaitText("#details .objects h3", "100 contexts from ");
        String first = browser.text("#details .objects li:first-child");
        browser.screenshot(SCREENSHOTS.resolve("pages.png"));
        browser.click("#details .turn button:last-child");
        Await.none(
                "the next page",
                () -> browser.text("#details .objects li:first-child").equals(first) ? "is missing" : "");
        browser.awaitText("#details .objects", "org.example.armada 1.0.0");
        server.tell(fleet, "contexts 0");
        Await.none("they go", () -> browser.text("#devices").contains("armada") ? "are there" : "");
    }

    @Test
    void ofVeryManyHandlersSomeAreDrawnAndAllAreCounted() throws Exception {
        Bundle crowd = cast("org.example.crowd", "1.0.0");
        server.tell(crowd, "callbacks 1500");
        browser.awaitText("#handlers-more", "handlers more");
        browser.awaitText("#totals", "1,5");
        assertFits();
    }

    @Test
    void aNameWithMarkupInItIsText() throws Exception {
        Bundle handler = cast("org.example.handler", "1.0.0");
        server.tell(handler, "callback " + MARKUP);
        browser.awaitText("#handlers", MARKUP);
        browser.click("[data-key='callback " + MARKUP + "'] .row");
        browser.awaitText("#details-title", MARKUP);
        assertEquals(0L, browser.value("document.querySelectorAll('main img, main script, aside img').length"));
    }

    @Test
    void whatCannotBeUsedIsShownWithTheReason() throws Exception {
        Bundle handler = cast("org.example.broken", "1.0.0");
        server.tell(handler, "broken 0x4711");
        browser.awaitText("#failed", "tee.listener.bufferSize is missing");
        browser.awaitText("#totals", "1 cannot be used");
    }

    @Test
    void theKeyboardIsEnough() throws Exception {
        Bundle client = cast("org.example.client", "1.0.0");
        server.tell(client, "contexts 20");
        server.tell(client, "objects 1 1");
        browser.awaitText("[data-key='org.example.client 1.0.0']", "20 contexts");
        browser.tab();
        assertEquals("pause", browser.focused().getDomAttribute("id"));
        browser.tab();
        assertEquals("device/qtee-emulator", browser.focused().getDomAttribute("data-select"));
        browser.tab();
        assertTrue(
                browser.focused().getDomAttribute("aria-label").startsWith("context "),
                "the supplicant's only context");
        browser.tab();
        String first = browser.focused().getDomAttribute("data-select");

        browser.press(Keys.ARROW_RIGHT);
        String second = browser.focused().getDomAttribute("data-select");
        assertEquals(number(first) + 1, number(second), "the context beside it");
        browser.press(Keys.END);
        assertEquals(number(first) + 19, number(browser.focused().getDomAttribute("data-select")));
        browser.press(Keys.ENTER);
        browser.awaitText("#details-title", "Context " + (number(first) + 19));
        browser.awaitText("#details .objects", "65536 bytes");
        assertEquals("details-title", browser.focused().getDomAttribute("id"));
        browser.press(Keys.ESCAPE);
        assertEquals(number(first) + 19, number(browser.focused().getDomAttribute("data-select")), "back where it was");
        assertEquals(List.of(), browser.all("#details:not([hidden])"));
    }

    private static long number(String selection) {
        return Long.parseLong(selection.substring(selection.indexOf('/') + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void itIsLegibleInBothColourSchemes(String scheme) throws Exception {
        Bundle client = cast("org.example.client", "1.0.0");
        server.tell(client, "contexts 2");
        server.tell(client, "broken 0x4711");
        browser.awaitText("#failed", "0x4711");
        browser.prefer(scheme);
        assertEquals("dark".equals(scheme), (Boolean) browser.value(PageBrowser.IS_DARK), scheme);
        assertEquals(List.of(), browser.value(PageBrowser.FAINTER_THAN_4_5), "text with too little contrast");
        browser.screenshot(SCREENSHOTS.resolve(scheme + ".png"));
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 390, 768, 1280, 1920})
    void itFitsAnyScreen(int width) throws Exception {
        Bundle client = cast("org.example.a-bundle-with-quite-a-long-symbolic-name-as-they-are", "1.0.0");
        server.tell(client, "contexts 40");
        server.tell(client, "callback a-name-without-any-place-to-break-it-that-is-longer-than-a-phone-is-wide");
        browser.awaitText("#handlers", "a-name-without");
        browser.screen(width, 900);
        assertFits();
        browser.screenshot(SCREENSHOTS.resolve(width + ".png"));
        browser.wholeScreen();
    }

    private void assertFits() {
        assertEquals(0L, browser.value("document.documentElement.scrollWidth - innerWidth"), "pixels too wide");
    }

    @Test
    void whenErmineStopsThePageSaysSoAndComesBackWithIt() throws Exception {
        Bundle core = server.felix().bundle(ErmineBundles.CORE);
        core.stop();
        browser.awaitText("#trouble", "may be out of date");
        core.start();
        browser.awaitText("#contact", "live");
        browser.awaitText("#devices", "qtee-emulator");
        server.awaitDevice();
        browser.complaints();
    }

    @Test
    void aPauseStopsTheQuestions() throws Exception {
        browser.click("#pause");
        browser.awaitText("#contact", "paused");
        Bundle client = cast("org.example.unseen", "1.0.0");
        server.tell(client, "contexts 1");
        assertEquals("", browser.text("[data-key='org.example.unseen 1.0.0']"));
        browser.click("#pause");
        browser.awaitText("#devices", "org.example.unseen");
    }

    @Test
    void aHundredBrowsersAndThoseThatLeavePileUpNothing() throws Exception {
        Set<String> before = ermineThreads();
        for (int i = 0; i < BROWSERS; i++) {
            leaveAtOnce();
        }
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<byte[]>>> answers = IntStream.range(0, BROWSERS)
                .mapToObj(i -> client.sendAsync(question(), HttpResponse.BodyHandlers.ofByteArray()))
                .toList();
        Set<Integer> codes =
                answers.stream().map(answer -> answer.join().statusCode()).collect(Collectors.toSet());
        assertEquals(Set.of(200), codes);
        Await.none("threads of Ermine", () -> {
            Set<String> more = ermineThreads();
            more.removeAll(before);
            return more;
        });
    }

    private HttpRequest question() {
        return HttpRequest.newBuilder(state())
                .header("Authorization", credentials())
                .build();
    }

    private void leaveAtOnce() throws Exception {
        try (Socket socket = new Socket(state().getHost(), state().getPort())) {
            socket.getOutputStream()
                    .write(("GET " + state().getPath() + " HTTP/1.1\r\nHost: here\r\nAuthorization: " + credentials()
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }
    }

    private URI state() {
        return page.resolve("state.json");
    }

    private static String credentials() {
        String pair = PageServer.USER + ":" + PageServer.USER;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    private static Set<String> ermineThreads() {
        Stream<String> names = Thread.getAllStackTraces().keySet().stream().map(Thread::getName);
        return names.filter(name -> name.startsWith("ermine")).collect(Collectors.toCollection(TreeSet::new));
    }
}
