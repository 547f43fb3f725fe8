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
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Reads what sources declare, with the compiler's own parser. */
final class Declarations extends TreeScanner<Void, String> {

    private static final String SOURCES = "/src/";

    private final Path root;
    private final List<DeclaredType> found = new ArrayList<>();
    private String module;
    private String inPackage;
    /** Those of the type that is being read. */
    private Set<String> variables = new TreeSet<>();

    private Declarations(Path root) {
        this.root = root;
    }

    /**
     * The types in these sources, also nested ones, and those within methods.
     *
     * @param root what the names of modules are relative to
     */
    static List<DeclaredType> in(Path root, Collection<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Declarations declarations = new Declarations(root);
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            for (CompilationUnitTree unit : task.parse()) {
                declarations.read(unit);
            }
        }
        return declarations.found;
    }

    private void read(CompilationUnitTree unit) {
        String path = root.relativize(Path.of(unit.getSourceFile().toUri())).toString();
        module = path.contains(SOURCES) ? path.substring(0, path.indexOf(SOURCES)) : "";
        inPackage = String.valueOf(unit.getPackageName());
        scan(unit, "");
    }

    @Override
    public Void visitClass(ClassTree type, String outer) {
        if (type.getSimpleName().isEmpty()) {
            return super.visitClass(type, outer);
        }
        String name = outer + type.getSimpleName();
        List<DeclaredType.Method> methods = type.getMembers().stream()
                .filter(MethodTree.class::isInstance)
                .map(member -> method((MethodTree) member))
                .toList();
        Set<String> ofOuter = variables;
        variables = new TreeSet<>();
        int place = found.size();
        super.visitClass(type, name + ".");
        found.add(place, new DeclaredType(module, inPackage, name, methods, variables));
        variables = ofOuter;
        return null;
    }

    @Override
    public Void visitVariable(VariableTree variable, String outer) {
        variables.add(variable.getName().toString());
        return super.visitVariable(variable, outer);
    }

    private static DeclaredType.Method method(MethodTree method) {
        Map<String, String> annotations = new TreeMap<>();
        for (AnnotationTree annotation : method.getModifiers().getAnnotations()) {
            String name = annotation.getAnnotationType().toString();
            annotations.put(name.substring(name.lastIndexOf('.') + 1), arguments(annotation));
        }
        return new DeclaredType.Method(
                method.getName().toString(), method.getParameters().size(), annotations);
    }

    private static String arguments(AnnotationTree annotation) {
        return annotation.getArguments().stream().map(Declarations::text).collect(Collectors.joining(", "));
    }

    /** The value of an expression of string literals, or the source of another one. */
    private static String text(ExpressionTree expression) {
        if (expression instanceof AssignmentTree assignment) {
            return text(assignment.getExpression());
        }
        if (expression instanceof BinaryTree sum) {
            return text(sum.getLeftOperand()) + text(sum.getRightOperand());
        }
        return expression instanceof LiteralTree literal
                ? String.valueOf(literal.getValue())
                : String.valueOf(expression);
    }
}
