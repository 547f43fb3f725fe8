// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.supplicant.time.impl;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.supplicant.ListenerHandler;
import org.ermine.tee.supplicant.TeeListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Tells the TEE the time, in UTC, as QTEE's time listener. The command stays in the first word of the message, and the
 * answer follows it without gaps. A return value of 0 means success.
 */
@Component(service = ListenerHandler.class)
@TeeListener(id = 0xb, bufferSize = 20 * 1024)
public final class TimeHandler implements ListenerHandler {

    static final int GET_UTC_SECONDS = 0x302;
    static final int GET_SYSTEM_TIME = 0x303;
    static final int GET_MILLISECONDS = 0x304;
    static final int GET_HOST_UTC = 0x305;
    static final int END = 0x306;

    private static final int SUCCESS = 0;
    private static final int UNKNOWN_COMMAND = -1;
    private static final int OUT_OF_RANGE = -1;
    private static final long MAX_SECONDS = 0xffff_ffffL;

    private static final int FIRST_YEAR = 1900;
    private static final int DAYS_OF_WEEK = 7;
    private static final int NO_DAYLIGHT_SAVING = 0;

    private final Clock clock;

    @Activate
    public TimeHandler() {
        this(Clock.systemUTC());
    }

    TimeHandler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void handle(ByteBuffer message) throws TeeException {
        int command = message.getInt();
        switch (command) {
            case GET_UTC_SECONDS, GET_HOST_UTC -> putSeconds(message, clock.instant());
            case GET_SYSTEM_TIME -> putCalendar(message, clock.instant().atZone(ZoneOffset.UTC));
            case GET_MILLISECONDS -> putMilliseconds(message, clock.instant());
            case END -> message.putInt(SUCCESS);
            default -> message.putInt(UNKNOWN_COMMAND);
        }
    }

    /**
     * Puts seconds as an unsigned word. Before 1970 and after 2106 there is no answer, and the return value says so.
     */
    private static void putSeconds(ByteBuffer message, Instant now) {
        long seconds = now.getEpochSecond();
        if (seconds < 0 || seconds > MAX_SECONDS) {
            message.putInt(0).putInt(0).putInt(OUT_OF_RANGE);
        } else {
            message.putInt((int) seconds).putInt(now.getNano()).putInt(SUCCESS);
        }
    }

    /** Puts milliseconds as an unsigned number. They have no return value, so before 1970 the request fails. */
    private static void putMilliseconds(ByteBuffer message, Instant now) throws TeeException {
        if (now.getEpochSecond() < 0) {
            throw new TeeException(
                    TeeResult.ERROR, "the clock says " + now + ", before 1970: there is no number for it");
        }
        message.putLong(now.toEpochMilli());
    }

    /** Puts the nine fields of C's {@code struct tm}, in its order. */
    private static void putCalendar(ByteBuffer message, ZonedDateTime now) {
        message.putInt(now.getSecond())
                .putInt(now.getMinute())
                .putInt(now.getHour())
                .putInt(now.getDayOfMonth())
                .putInt(now.getMonthValue() - 1)
                .putInt(now.getYear() - FIRST_YEAR)
                .putInt(now.getDayOfWeek().getValue() % DAYS_OF_WEEK)
                .putInt(now.getDayOfYear() - 1)
                .putInt(NO_DAYLIGHT_SAVING)
                .putInt(SUCCESS);
    }
}
