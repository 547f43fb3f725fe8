// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.conformance;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Reads test sources with the compiler's own parser: what stands in front of the display name of a test method, or,
 * where it has none (JUnit 4), of its Javadoc.
 */
final class Claims extends TreePathScanner<Void, String> {

    private static final Pattern IDS = Pattern.compile("([A-Z]+-\\d+(?:, [A-Z]+-\\d+)*):\\s(?s:.*)");

    private final DocTrees comments;
    private final List<Claim> found = new ArrayList<>();

    private Claims(DocTrees comments) {
        this.comments = comments;
    }

    /** The claims in these sources; methods that claim nothing are left out. */
    static List<Claim> in(Collection<Path> sources) throws IOException {
        if (sources.isEmpty()) {
            return List.of();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            Claims claims = new Claims(DocTrees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                claims.scan(unit, unit.getPackageName() + ".");
            }
            return claims.found;
        }
    }

    @Override
    public Void visitClass(ClassTree type, String prefix) {
        String name = prefix + type.getSimpleName();
        for (var member : type.getMembers()) {
            if (member instanceof MethodTree) {
                scan(member, name);
            } else if (member instanceof ClassTree) {
                scan(member, name + "$");
            }
        }
        return null;
    }

    @Override
    public Void visitMethod(MethodTree method, String className) {
        if (isTest(method)) {
            String title = displayName(method).orElseGet(this::comment);
            Matcher ids = IDS.matcher(title);
            if (ids.matches()) {
                TestMethod key = new TestMethod(className, method.getName().toString());
                found.add(new Claim(key, title, List.of(ids.group(1).split(", "))));
            }
        }
        return null;
    }

    private static boolean isTest(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                .map(Claims::simpleName)
                .anyMatch(name -> name.endsWith("Test") || name.equals("TestFactory"));
    }

    private static Optional<String> displayName(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                .filter(annotation -> simpleName(annotation).equals("DisplayName"))
                .map(annotation -> text(annotation.getArguments().get(0)))
                .findFirst();
    }

    private static String simpleName(AnnotationTree annotation) {
        String name = annotation.getAnnotationType().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** The value of an expression of string literals. */
    private static String text(ExpressionTree expression) {
        if (expression instanceof AssignmentTree assignment) {
            return text(assignment.getExpression());
        }
        if (expression instanceof BinaryTree sum) {
            return text(sum.getLeftOperand()) + text(sum.getRightOperand());
        }
        if (expression instanceof LiteralTree literal) {
            return String.valueOf(literal.getValue());
        }
        throw new IllegalArgumentException("a display name is no string literal: " + expression);
    }

    private String comment() {
        String comment = comments.getDocComment(getCurrentPath());
        return comment == null ? "" : comment.strip().replaceAll("\\s+", " ");
    }
}
