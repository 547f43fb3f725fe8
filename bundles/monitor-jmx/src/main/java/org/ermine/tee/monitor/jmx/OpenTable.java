// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.monitor.jmx;

import java.util.List;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;

/** A table for JMX, of texts and numbers. */
final class OpenTable {

    private final List<String> columns;
    private final CompositeType row;
    private final TabularDataSupport data;

    /**
     * @param texts the first so many columns are texts, the others numbers
     * @param keys the first so many columns tell rows apart
     */
    OpenTable(String name, int texts, int keys, String... columns) throws OpenDataException {
        OpenType<?>[] types = new OpenType<?>[columns.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = i < texts ? SimpleType.STRING : SimpleType.LONG;
        }
        this.columns = List.of(columns);
        row = new CompositeType(name, name, columns, columns, types);
        String[] index = this.columns.subList(0, keys).toArray(String[]::new);
        data = new TabularDataSupport(new TabularType(name, name, row, index));
    }

    void add(Object... values) throws OpenDataException {
        data.put(new CompositeDataSupport(row, columns.toArray(String[]::new), values));
    }

    TabularData data() {
        return data;
    }
}
