// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.chaos;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import shark.CloseableHeapGraph;
import shark.HeapAnalysis;
import shark.HeapAnalysisFailure;
import shark.HeapAnalysisSuccess;
import shark.HeapAnalyzer;
import shark.HeapGraph;
import shark.HeapObject;
import shark.HprofHeapGraph;
import shark.HprofRecordTag;
import shark.IgnoredReferenceMatcher;
import shark.MetadataExtractor;
import shark.ReferenceMatcher;
import shark.ReferencePattern;

/** What is reachable, as a file, and who reaches it. */
final class HeapDump {

    private static final String REFERENT = "referent";

    private static final List<ReferenceMatcher> NOT_STRONG = List.of(new IgnoredReferenceMatcher(
            new ReferencePattern.InstanceFieldPattern(Reference.class.getName(), REFERENT)));

    private final File file;

    private HeapDump(File file) {
        this.file = file;
    }

    static HeapDump write(Path file) throws IOException {
        Files.deleteIfExists(file);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), true);
        return new HeapDump(file.toFile());
    }

    /**
     * How threads, static fields and native code get to what references of a class refer to, by strong references.
     * Paths that differ in their ends only are told once.
     */
    List<String> strongPathsTo(Class<? extends WeakReference<?>> weak) throws IOException {
        try (CloseableHeapGraph graph =
                HprofHeapGraph.Companion.openHeapGraph(file, null, HprofRecordTag.Companion.getRootTags())) {
            HeapAnalysis analysis = new HeapAnalyzer(step -> {})
                    .analyze(
                            file,
                            graph,
                            heap -> referents(heap, weak),
                            NOT_STRONG,
                            false,
                            List.of(),
                            MetadataExtractor.Companion.getNO_OP());
            if (analysis instanceof HeapAnalysisFailure failure) {
                throw new IllegalStateException(file + " cannot be read", failure.getException());
            }
            return paths((HeapAnalysisSuccess) analysis);
        }
    }

    private static Set<Long> referents(HeapGraph heap, Class<?> weak) {
        Set<Long> found = new HashSet<>();
        Iterator<HeapObject.HeapInstance> each =
                heap.findClassByName(weak.getName()).getDirectInstances().iterator();
        while (each.hasNext()) {
            Long referent = each.next()
                    .get(Reference.class.getName(), REFERENT)
                    .getValue()
                    .getAsNonNullObjectId();
            if (referent != null) {
                found.add(referent);
            }
        }
        return found;
    }

    private static List<String> paths(HeapAnalysisSuccess analysis) {
        return Stream.concat(analysis.getApplicationLeaks().stream(), analysis.getLibraryLeaks().stream())
                .map(leak -> leak.getLeakTraces().get(0).toString())
                .toList();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
