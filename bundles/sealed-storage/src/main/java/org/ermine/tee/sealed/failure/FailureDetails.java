// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.sealed.failure;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.ermine.tee.Arguments;
import org.ermine.tee.TeeException;
import org.ermine.tee.TeeObject;
import org.ermine.tee.embedded.log.RepeatLog;
import org.ermine.tee.sealed.protocol.LittleEndian;
import org.ermine.tee.ta.sealedstorage.SealedStorageProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the TA has to tell of a failure, of which only a number comes by itself: the file, what was found and what was
 * expected, or the storage's error number. The log tells it, too. Immutable.
 */
public final class FailureDetails {

    private static final Logger LOG = LoggerFactory.getLogger(FailureDetails.class);
    private static final int LONGEST = 2048;

    private final TeeObject application;
    private final RepeatLog problems;

    /** @param problems tells the operator */
    public FailureDetails(TeeObject application, RepeatLog problems) {
        this.application = application;
        this.problems = problems;
    }

    /** The same failure, with what the TA tells of it. */
    public TeeException of(TeeException failure) {
        if (!Explanation.concernsWhatIsStored(failure)) {
            return failure;
        }
        byte[] text = new byte[LONGEST];
        ByteBuffer error =
                LittleEndian.buffer(Integer.BYTES).putInt(0, failure.result().code());
        Arguments arguments = new Arguments().in(error).out(text);
        try {
            application.invoke(SealedStorageProtocol.OP_EXPLAIN, arguments);
        } catch (TeeException e) {
            LOG.debug("The application does not tell more of a failure: {}", e.getMessage());
            return failure;
        }
        String told = new String(text, 0, arguments.size(1), StandardCharsets.UTF_8);
        if (told.isEmpty()) {
            return failure;
        }
        Explanation.reasonForOperator(failure)
                .ifPresent(reason -> problems.tell(reason, () -> "Clients are told " + reason + ": " + told));
        TeeException detailed = new TeeException(failure.result(), told);
        detailed.addSuppressed(failure);
        return detailed;
    }
}
