// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.framework;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a screen, and somebody in front of it. */
final class PageBrowser implements AutoCloseable {

    /** Whether the page is dark at present. */
    static final String IS_DARK =
            "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).every(part => part "
                    + "< 128)";

    /** Words of the page whose contrast to what is behind them is less than the 4.5 : 1 that WCAG asks for. */
    static final String FAINTER_THAN_4_5 = """
            (() => {
              const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
              const rgba = colour => {
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data];
              };
              const linear = part => part <= 10 ? part / 3294.6 : ((part / 255 + .055) / 1.055) ** 2.4;
              const luminance = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
              const behind = node => {
                const colour = rgba(getComputedStyle(node).backgroundColor);
                return colour[3] === 255 || !node.parentElement ? colour : behind(node.parentElement);
              };
              const contrast = node => {
                const colours = [rgba(getComputedStyle(node).color), behind(node)];
                const [dark, light] = colours.map(luminance).sort((a, b) => a - b);
                return (light + .05) / (dark + .05);
              };
              return [...document.querySelectorAll("body *")]
                .filter(node => node.checkVisibility())
                .filter(node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
                .filter(node => contrast(node) < 4.5)
                .map(node => `${node.className} ${node.textContent}: ${contrast(node).toFixed(2)}`);
            })()""";

    private final ChromeDriver driver;

    private PageBrowser(ChromeDriver driver) {
        this.driver = driver;
    }

    static PageBrowser start() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(System.getProperty("ermine.chromium"));
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--hide-scrollbars",
                "--lang=en");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(System.getProperty("ermine.chromedriver")))
                .build();
        return new PageBrowser(new ChromeDriver(service, options));
    }

    /** Logs in to the console. */
    void logIn(URI console, String user) {
        driver.get(console.toString().replace("://", "://" + user + ":" + user + "@"));
    }

    void open(URI page) {
        driver.get(page.toString());
    }

    void size(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /** As if the user had chosen {@code dark} or {@code light} in the settings of the desktop. */
    void prefer(String colours) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    }

    /** A screen of any size, also of one that no window can have. */
    void screen(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    void wholeScreen() {
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }

    /** Looks into the frame that a page has. */
    void enterFrame() {
        driver.switchTo().frame(driver.findElement(By.tagName("iframe")));
    }

    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    void tab() {
        press(Keys.TAB);
    }

    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** What a part of the page says; empty if it is not there. */
    String text(String selector) {
        try {
            return all(selector).stream().map(WebElement::getText).findFirst().orElse("");
        } catch (StaleElementReferenceException e) {
            return "";
        }
    }

    void awaitText(String selector, String expected) {
        Await.none("the page shows " + expected, () -> {
            String said = text(selector);
            return said.contains(expected) ? "" : selector + " says: " + said;
        });
    }

    /** The value of a JavaScript expression. */
    Object value(String expression) {
        return driver.executeScript("return " + expression);
    }

    /** What scripts and policies complained of since the last time. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::toString)
                .toList();
    }

    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
