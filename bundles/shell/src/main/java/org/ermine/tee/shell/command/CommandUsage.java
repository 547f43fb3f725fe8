// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.shell.command;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.ermine.tee.shell.text.Table;

/**
 * How a command is called, as its method's annotations tell Gogo: what it does by the {@link Descriptor} of the method,
 * and what it takes by the {@link Descriptor} of the last parameter, an array of strings. There each line holds an
 * operand or the names of a flag, two or more spaces, and a description:
 *
 * <pre>
 * NAME           the sealed object
 * [TARGET]       the file to write
 * -f, --force    write over the file
 * -d, --drawer DRAWER  where it is
 * </pre>
 *
 * <p>An operand in brackets is optional; one that ends in three dots, the last, may be repeated. A flag with a word
 * behind its names takes a value, the argument that follows. Every command has the flags {@code -h} and {@code --help}.
 * Immutable.
 */
public final class CommandUsage {

    private static final String HELP = "--help";
    private static final Line HELP_LINE = new Line("-h, --help", "print this help");
    private static final String END_OF_FLAGS = "--";
    private static final String REPEATED = "...";

    private final String command;
    private final String description;
    private final List<Line> operands = new ArrayList<>();
    private final List<Line> flags = new ArrayList<>();

    /** What a command does once its arguments are known to be in order. */
    @FunctionalInterface
    public interface Action {
        void run(Call call) throws CommandException;
    }

    private record Line(String name, String description) {

        /** Of a flag, without the name of its value. */
        List<String> flagNames() {
            return List.of(name.replaceFirst(" \\w+$", "").split(", "));
        }

        /** The name of a flag's value; empty if it takes none. */
        String valueName() {
            return name.substring(String.join(", ", flagNames()).length()).strip();
        }
    }

    private CommandUsage(Method method, String name) {
        command = "tee:" + name;
        description = method.getAnnotation(Descriptor.class).value();
        parameterText(method).lines().forEach(text -> {
            String[] parts = text.split(" {2,}", 2);
            (text.startsWith("-") ? flags : operands).add(new Line(parts[0], parts[1]));
        });
        flags.add(HELP_LINE);
    }

    /**
     * The usage of the command {@code name} among {@code commands}. Where the name has a hyphen, the method's has a low
     * line.
     */
    public static CommandUsage of(Class<?> commands, String name) {
        return Arrays.stream(commands.getMethods())
                .filter(method -> method.getName().equals(name.replace('-', '_')))
                .findFirst()
                .map(method -> new CommandUsage(method, name))
                .orElseThrow();
    }

    /**
     * Carries out a command, or prints its usage if that was asked for.
     *
     * @throws CommandException the command's own; or for an unknown flag, too few or too many operands
     */
    public void run(CommandSession session, String[] arguments, Action action) throws CommandException {
        requireGiven(session, arguments);
        Console console = Console.of(session);
        Call call = parse(session, arguments, console);
        if (call.has(HELP)) {
            print(console);
            return;
        }
        requireCount(call);
        if (!ControlC.isFor(session)) {
            action.run(call);
            return;
        }
        ControlC controlC = ControlC.interrupting(session);
        try {
            action.run(call);
        } finally {
            controlC.close();
        }
    }

    private Call parse(CommandSession session, String[] arguments, Console console) throws CommandException {
        List<String> found = new ArrayList<>();
        Map<String, String> set = new HashMap<>();
        boolean flagsEnded = false;
        Iterator<String> left = Arrays.asList(arguments).iterator();
        while (left.hasNext()) {
            String argument = left.next();
            if (flagsEnded || !argument.startsWith("-") || argument.equals("-")) {
                found.add(argument);
            } else if (argument.equals(END_OF_FLAGS)) {
                flagsEnded = true;
            } else {
                Line flag = flag(argument, console);
                String value = value(flag, left, console);
                flag.flagNames().forEach(name -> set.put(name, value));
            }
        }
        return new Call(command, session, console, List.copyOf(found), Map.copyOf(set));
    }

    /**
     * The lines that teach a shell to complete this command, in terms of Gogo's command {@code complete}.
     *
     * @param candidates a command that returns candidates for the operands; may be empty
     */
    public String completion(String candidates) {
        StringBuilder script = new StringBuilder();
        complete(script, "-e");
        complete(script, "-d " + word(description));
        for (Line flag : flags) {
            StringBuilder options = new StringBuilder();
            for (String name : flag.flagNames()) {
                options.append(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
                        .append(' ');
            }
            complete(script, options + "-d " + word(flag.description));
        }
        if (!candidates.isEmpty()) {
            complete(script, "-a " + word(candidates));
        }
        return script.toString();
    }

    /** As one word of a script, whatever it has in it. Gogo takes an apostrophe in no kind of quotes. */
    private static String word(String text) {
        return text.replaceAll("([^\\p{L}\\p{N}])", "\\\\$1");
    }

    /** All flags, under all their names. */
    public List<String> flagNames() {
        return flags.stream().flatMap(line -> line.flagNames().stream()).toList();
    }

    private void complete(StringBuilder script, String options) {
        script.append("complete -c ")
                .append(command)
                .append(' ')
                .append(options)
                .append('\n');
    }

    private void print(Console console) {
        console.say(command + " - " + description);
        console.say(synopsis());
        Table lines = new Table("", "", "");
        operands.forEach(line -> lines.row("", line.name, line.description));
        flags.forEach(line -> lines.row("", line.name, line.description));
        console.print(lines, synopsis());
    }

    /**
     * A variable that was never set is null, which Gogo takes for whatever fits: a text, all of them, or the session.
     */
    private void requireGiven(CommandSession session, String[] arguments) throws CommandException {
        if (session == null || arguments == null || Arrays.asList(arguments).contains(null)) {
            throw wrong(
                    "an operand is null: is it a variable that was never set?",
                    session == null ? Console.UNLIMITED : Console.of(session).width());
        }
    }

    private Line flag(String argument, Console console) throws CommandException {
        return flags.stream()
                .filter(line -> line.flagNames().contains(argument))
                .findFirst()
                .orElseThrow(() -> wrong("unknown option " + argument, console.width()));
    }

    /** Empty for a flag that takes none. */
    private String value(Line flag, Iterator<String> left, Console console) throws CommandException {
        if (flag.valueName().isEmpty()) {
            return "";
        }
        if (!left.hasNext()) {
            throw wrong(
                    "missing " + flag.valueName() + " behind "
                            + flag.flagNames().get(0),
                    console.width());
        }
        return left.next();
    }

    private void requireCount(Call call) throws CommandException {
        List<String> found = call.operands();
        int width = call.console().width();
        long fewest =
                operands.stream().filter(line -> !line.name.startsWith("[")).count();
        if (found.size() < fewest) {
            throw wrong("missing operand " + operands.get(found.size()).name, width);
        }
        if (found.size() > operands.size() && !isRepeated()) {
            throw wrong("unexpected operand " + found.get(operands.size()), width);
        }
    }

    private boolean isRepeated() {
        return !operands.isEmpty() && operands.get(operands.size() - 1).name.endsWith(REPEATED);
    }

    private CommandException wrong(String message, int width) {
        return CommandException.of(List.of(command + ": " + message, synopsis()), width);
    }

    private String synopsis() {
        StringBuilder synopsis = new StringBuilder("Usage: ").append(command).append(" [OPTION]...");
        operands.forEach(line -> synopsis.append(' ').append(line.name));
        return synopsis.toString();
    }

    private static String parameterText(Method method) {
        return Arrays.stream(method.getParameters())
                .filter(parameter -> parameter.isAnnotationPresent(Descriptor.class))
                .map(parameter -> parameter.getAnnotation(Descriptor.class).value())
                .findFirst()
                .orElseThrow();
    }
}
