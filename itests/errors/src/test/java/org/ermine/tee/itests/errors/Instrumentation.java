// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.itests.errors;

import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Puts a call of {@link Sites#at} wherever a class allocates: at each object and array, at what the compiler makes of
 * lambdas that capture something and of concatenated strings, at boxed numbers, and before each call of a method of the
 * JDK's collections that may have to allocate. Also where a thread spins: there it allocates nothing, and is struck by
 * what the JVM lacks only.
 */
final class Instrumentation {

    private static final String HOOK = Type.getInternalName(Sites.class);
    private static final int API = Opcodes.ASM9;

    /** Methods of {@code java.util} that allocate, always or where a collection grows. */
    private static final Set<String> GROWING = Set.of(
            "add",
            "addAll",
            "addFirst",
            "addLast",
            "computeIfAbsent",
            "compute",
            "copyOf",
            "copyOfRange",
            "merge",
            "offer",
            "push",
            "put",
            "putAll",
            "putIfAbsent",
            "set",
            "iterator",
            "stream",
            "toArray",
            "of",
            "map",
            "filter");

    private Instrumentation() {}

    static byte[] instrument(byte[] original) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new Classes(writer), 0);
        return writer.toByteArray();
    }

    private static final class Classes extends ClassVisitor {
        private String type;

        Classes(ClassVisitor next) {
            super(API, next);
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
            type = name.substring(name.lastIndexOf('/') + 1);
            super.visit(version, access, name, signature, parent, interfaces);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            // What ends a static initialiser ends the class for good: the bundles load theirs before the first call.
            return name.equals("<clinit>") ? next : new Methods(next, type + "." + name);
        }
    }

    private static final class Methods extends MethodVisitor {
        private final String method;
        private int line;
        private int count;

        Methods(MethodVisitor next, String method) {
            super(API, next);
            this.method = method;
        }

        private void site(String what) {
            count++;
            super.visitLdcInsn(Sites.add(method + ":" + line + " " + what + " #" + count));
            super.visitMethodInsn(Opcodes.INVOKESTATIC, HOOK, "at", "(I)V", false);
        }

        @Override
        public void visitLineNumber(int number, Label start) {
            line = number;
            super.visitLineNumber(number, start);
        }

        /** The call follows the instruction where that makes an object: stack maps name its place. */
        @Override
        public void visitTypeInsn(int opcode, String type) {
            if (opcode == Opcodes.ANEWARRAY) {
                site(type + "[]");
            }
            super.visitTypeInsn(opcode, type);
            if (opcode == Opcodes.NEW) {
                site(type.substring(type.lastIndexOf('/') + 1));
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                site("array");
            }
            super.visitIntInsn(opcode, operand);
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            site(descriptor);
            super.visitMultiANewArrayInsn(descriptor, dimensions);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle method, Object... arguments) {
            if (!descriptor.startsWith("()")) {
                site(name);
            }
            super.visitInvokeDynamicInsn(name, descriptor, method, arguments);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (allocates(owner, name) || name.equals("onSpinWait")) {
                site(owner.substring(owner.lastIndexOf('/') + 1) + "." + name);
            }
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }

        private static boolean allocates(String owner, String name) {
            return owner.startsWith("java/lang/") && name.equals("valueOf")
                    || owner.equals("java/lang/String") && name.equals("format")
                    || owner.startsWith("java/nio/")
                            && Set.of("slice", "duplicate", "allocate", "asReadOnlyBuffer")
                                    .contains(name)
                    || owner.startsWith("java/util/")
                            && !owner.startsWith("java/util/concurrent/atomic")
                            && GROWING.contains(name);
        }
    }
}
