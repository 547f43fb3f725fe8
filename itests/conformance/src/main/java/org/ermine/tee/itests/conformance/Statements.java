// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code statements.md}: a list item per statement, below it perhaps why it is not applicable. */
final class Statements {

    private static final Pattern ITEM = Pattern.compile("- \\*\\*([A-Z]+-\\d+)\\*\\* (.+)");
    private static final String NOT_APPLICABLE = "Not applicable:";

    private final Map<String, Statement> byId = new LinkedHashMap<>();
    private Statement last;

    private Statements() {}

    /**
     * The statements by id, in their order.
     *
     * @throws IllegalArgumentException if an id is used twice, or a reason is missing or stands alone
     */
    static Map<String, Statement> parse(List<String> lines) {
        Statements statements = new Statements();
        lines.forEach(statements::read);
        return statements.byId;
    }

    private void read(String line) {
        Matcher item = ITEM.matcher(line);
        if (item.matches()) {
            put(new Statement(item.group(1), item.group(2), null));
        } else if (line.strip().startsWith(NOT_APPLICABLE)) {
            exclude(line.strip().substring(NOT_APPLICABLE.length()).strip());
        } else {
            last = null;
        }
    }

    private void put(Statement statement) {
        if (byId.put(statement.id(), statement) != null) {
            throw new IllegalArgumentException("statement " + statement.id() + " stands there twice");
        }
        last = statement;
    }

    private void exclude(String reason) {
        if (last == null || reason.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + NOT_APPLICABLE + " " + reason + "' needs a statement and a reason");
        }
        byId.put(last.id(), new Statement(last.id(), last.text(), reason));
        last = null;
    }
}
