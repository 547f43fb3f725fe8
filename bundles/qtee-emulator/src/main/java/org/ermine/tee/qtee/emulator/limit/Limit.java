// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qtee.emulator.limit;

import java.util.Collection;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeResult;
import org.ermine.tee.embedded.limits.Holders;
import org.ermine.tee.embedded.log.RepeatLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many of something there may be at once, as the operator has set it. Only a number reaches the client that is
 * refused, so the log tells what is full and who fills it: at once, and then at most once in a minute.
 */
public final class Limit {

    private static final Logger LOG = LoggerFactory.getLogger(Limit.class);

    private final int most;
    private final String things;
    private final String option;
    private final TeeResult result;
    private final RepeatLog log = new RepeatLog(LOG::warn);

    /**
     * @param things what is limited, in the plural
     * @param option of this bundle's configuration
     * @param result what a client that is refused gets
     */
    public Limit(int most, String things, String option, TeeResult result) {
        this.most = most;
        this.things = things;
        this.option = option;
        this.result = result;
    }

    public boolean isReached(int count) {
        return count >= most;
    }

    /** @param holders of each of the things that are there, whose it is */
    public TeeException refusal(Collection<String> holders) {
        String text = "no more than " + most + " " + things + " may be there at once (option " + option + " of "
                + EmulatorConfiguration.PID + "): " + Holders.counted(holders);
        log.tell(option, () -> text);
        return new TeeException(result, text);
    }
}
