// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.runtime;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.runtime.TeeRecorder;
import org.ermine.tee.shell.command.Call;
import org.ermine.tee.shell.command.Candidates;
import org.ermine.tee.shell.command.CommandException;
import org.ermine.tee.shell.command.CommandUsage;
import org.ermine.tee.shell.command.Commands;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The command that records what happens into a file, or says that nobody offers a {@link TeeRecorder} for it. */
@Component(
        service = Commands.class,
        property = {"osgi.command.scope=tee", "osgi.command.function=record"})
public final class RecordCommand implements Commands {

    private static final String STOP = "--stop";
    private static final String RECORD = """
            [FILE]      the file to write, for jfr print and JDK Mission Control
            [DURATION]  for how long, for example 30s, 5m or 2h; by default until it is stopped
            -s, --stop  end the recording and write its file""";

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smh])");

    private final TeeRecorder recorder;

    /** @param recorder null if there is none */
    @Activate
    public RecordCommand(
            @Reference(
                            name = "recorder",
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    TeeRecorder recorder) {
        this.recorder = recorder;
    }

    @Descriptor("records invocations, callbacks, releases, refusals and swaps of handlers with Flight Recorder")
    public void record(CommandSession session, @Descriptor(RECORD) String[] arguments) throws CommandException {
        CommandUsage.of(RecordCommand.class, "record").run(session, arguments, this::record);
    }

    @Override
    public Map<String, Candidates> candidates() {
        return Map.of("record", Candidates.FILES);
    }

    private void record(Call call) throws CommandException {
        if (recorder == null) {
            throw call.failure("there is nobody who records. Is org.ermine.tee.statistics deployed?");
        }
        try {
            if (call.has(STOP)) {
                stop(call);
            } else {
                start(call);
            }
        } catch (FileSystemException e) {
            throw call.failure(e.getFile() + ": " + (e.getReason() == null ? e.toString() : e.getReason()));
        } catch (IOException e) {
            throw call.failure(e.toString());
        } catch (IllegalStateException | UnsupportedOperationException e) {
            throw call.failure(e.getMessage());
        }
    }

    private void stop(Call call) throws CommandException, IOException {
        if (!call.operands().isEmpty()) {
            throw call.failure(STOP + " takes no file: the recording knows its own");
        }
        call.console().out().println("Written: " + recorder.stop());
    }

    private void start(Call call) throws CommandException, IOException {
        List<String> operands = call.operands();
        if (operands.isEmpty()) {
            throw call.failure("name the file to write, or end the recording with " + STOP);
        }
        Path file = path(call, operands.get(0));
        Duration duration = operands.size() > 1 ? duration(call, operands.get(1)) : null;
        recorder.start(file, duration);
        String end = duration == null ? "until tee:record " + STOP : "for " + operands.get(1);
        call.console().out().println("Recording into " + file + " " + end + ".");
    }

    private static Path path(Call call, String name) throws CommandException {
        try {
            return call.session().currentDir().resolve(name);
        } catch (InvalidPathException e) {
            throw call.failure("not a file name: " + name);
        }
    }

    private static Duration duration(Call call, String text) throws CommandException {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw call.failure("not a duration: " + text + "; expected for example 30s, 5m or 2h");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
