// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.spi.support;

/**
 * Makes sure that an operation has stack enough for Ermine's own part of it, before it begins. A stack that ends within
 * an operation ends at any step of it, within a {@code finally} block too, and what the operation had in hand would be
 * lost: a reference, a buffer, a place in a pool, an element that is half in a table. Where the stack ends here,
 * nothing has happened yet.
 *
 * <p>Every way into Ermine from foreign code begins with it: the calls of clients, and those of code of the secure
 * world or of handlers that call back into Ermine from deep in their own stacks. It covers the way to the next foreign
 * code and back. What foreign code does with the rest of the stack is its own affair: when its overflow comes back to
 * Ermine, the reserve is there again. No step on that way requires it once more: that would end an operation in its
 * midst, as there is less than the whole reserve left by then. What is both a way in and such a step has a method for
 * each.
 *
 * <p>How: by a method with very many local variables. The interpreter gives them their room when the method begins, and
 * looks first whether there is so much stack. HotSpot's compilers need no room for variables that nobody uses. But
 * compiled code may have to be left for the interpreter at any call within it, so it looks when it begins whether the
 * stack suffices for the interpreter's frames of all methods that were compiled into it. So it costs next to nothing.
 *
 * <p>The method has more than 325 bytes of code, and so HotSpot compiles it into no other: else every method that may
 * come to it, if only in a case that does not occur now, would look for the reserve when it begins.
 */
public final class StackReserve {

    /** Always 0; no compiler knows that, as it is an element of an array. */
    private static final int[] NEVER = new int[1];

    private StackReserve() {}

    /**
     * Requires 22 KiB.
     *
     * @throws StackOverflowError if there are less left
     */
    public static void require() {
        if (NEVER[0] != 0) {
            // 1408 variables of 16 bytes each. Those with a value make the code long.
            // spotless:off
            long a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0, a8 = 0, a9 = 0, a10 = 0, a11 = 0,
                    a12 = 0, a13 = 0, a14 = 0, a15 = 0;
            long a16 = 0, a17 = 0, a18 = 0, a19 = 0, a20 = 0, a21 = 0, a22 = 0, a23 = 0, a24 = 0, a25 = 0, a26 = 0,
                    a27 = 0, a28 = 0, a29 = 0, a30 = 0, a31 = 0;
            long a32 = 0, a33 = 0, a34 = 0, a35 = 0, a36 = 0, a37 = 0, a38 = 0, a39 = 0, a40 = 0, a41 = 0, a42 = 0,
                    a43 = 0, a44 = 0, a45 = 0, a46 = 0, a47 = 0;
            long a48 = 0, a49 = 0, a50 = 0, a51 = 0, a52 = 0, a53 = 0, a54 = 0, a55 = 0, a56 = 0, a57 = 0, a58 = 0,
                    a59 = 0, a60 = 0, a61 = 0, a62 = 0, a63 = 0;
            long a64 = 0, a65 = 0, a66 = 0, a67 = 0, a68 = 0, a69 = 0, a70 = 0, a71 = 0, a72 = 0, a73 = 0, a74 = 0,
                    a75 = 0, a76 = 0, a77 = 0, a78 = 0, a79 = 0;
            long a80 = 0, a81 = 0, a82 = 0, a83 = 0, a84 = 0, a85 = 0, a86 = 0, a87 = 0, a88 = 0, a89 = 0, a90 = 0,
                    a91 = 0, a92 = 0, a93 = 0, a94 = 0, a95 = 0;
            long a96 = 0, a97 = 0, a98 = 0, a99 = 0, a100 = 0, a101 = 0, a102 = 0, a103 = 0, a104 = 0, a105 = 0,
                    a106 = 0, a107 = 0, a108 = 0, a109 = 0, a110 = 0, a111 = 0;
            long a112, a113, a114, a115, a116, a117, a118, a119, a120, a121, a122, a123, a124, a125, a126, a127;
            long a128, a129, a130, a131, a132, a133, a134, a135, a136, a137, a138, a139, a140, a141, a142, a143;
            long a144, a145, a146, a147, a148, a149, a150, a151, a152, a153, a154, a155, a156, a157, a158, a159;
            long a160, a161, a162, a163, a164, a165, a166, a167, a168, a169, a170, a171, a172, a173, a174, a175;
            long a176, a177, a178, a179, a180, a181, a182, a183, a184, a185, a186, a187, a188, a189, a190, a191;
            long a192, a193, a194, a195, a196, a197, a198, a199, a200, a201, a202, a203, a204, a205, a206, a207;
            long a208, a209, a210, a211, a212, a213, a214, a215, a216, a217, a218, a219, a220, a221, a222, a223;
            long a224, a225, a226, a227, a228, a229, a230, a231, a232, a233, a234, a235, a236, a237, a238, a239;
            long a240, a241, a242, a243, a244, a245, a246, a247, a248, a249, a250, a251, a252, a253, a254, a255;
            long a256, a257, a258, a259, a260, a261, a262, a263, a264, a265, a266, a267, a268, a269, a270, a271;
            long a272, a273, a274, a275, a276, a277, a278, a279, a280, a281, a282, a283, a284, a285, a286, a287;
            long a288, a289, a290, a291, a292, a293, a294, a295, a296, a297, a298, a299, a300, a301, a302, a303;
            long a304, a305, a306, a307, a308, a309, a310, a311, a312, a313, a314, a315, a316, a317, a318, a319;
            long a320, a321, a322, a323, a324, a325, a326, a327, a328, a329, a330, a331, a332, a333, a334, a335;
            long a336, a337, a338, a339, a340, a341, a342, a343, a344, a345, a346, a347, a348, a349, a350, a351;
            long a352, a353, a354, a355, a356, a357, a358, a359, a360, a361, a362, a363, a364, a365, a366, a367;
            long a368, a369, a370, a371, a372, a373, a374, a375, a376, a377, a378, a379, a380, a381, a382, a383;
            long a384, a385, a386, a387, a388, a389, a390, a391, a392, a393, a394, a395, a396, a397, a398, a399;
            long a400, a401, a402, a403, a404, a405, a406, a407, a408, a409, a410, a411, a412, a413, a414, a415;
            long a416, a417, a418, a419, a420, a421, a422, a423, a424, a425, a426, a427, a428, a429, a430, a431;
            long a432, a433, a434, a435, a436, a437, a438, a439, a440, a441, a442, a443, a444, a445, a446, a447;
            long a448, a449, a450, a451, a452, a453, a454, a455, a456, a457, a458, a459, a460, a461, a462, a463;
            long a464, a465, a466, a467, a468, a469, a470, a471, a472, a473, a474, a475, a476, a477, a478, a479;
            long a480, a481, a482, a483, a484, a485, a486, a487, a488, a489, a490, a491, a492, a493, a494, a495;
            long a496, a497, a498, a499, a500, a501, a502, a503, a504, a505, a506, a507, a508, a509, a510, a511;
            long a512, a513, a514, a515, a516, a517, a518, a519, a520, a521, a522, a523, a524, a525, a526, a527;
            long a528, a529, a530, a531, a532, a533, a534, a535, a536, a537, a538, a539, a540, a541, a542, a543;
            long a544, a545, a546, a547, a548, a549, a550, a551, a552, a553, a554, a555, a556, a557, a558, a559;
            long a560, a561, a562, a563, a564, a565, a566, a567, a568, a569, a570, a571, a572, a573, a574, a575;
            long a576, a577, a578, a579, a580, a581, a582, a583, a584, a585, a586, a587, a588, a589, a590, a591;
            long a592, a593, a594, a595, a596, a597, a598, a599, a600, a601, a602, a603, a604, a605, a606, a607;
            long a608, a609, a610, a611, a612, a613, a614, a615, a616, a617, a618, a619, a620, a621, a622, a623;
            long a624, a625, a626, a627, a628, a629, a630, a631, a632, a633, a634, a635, a636, a637, a638, a639;
            long a640, a641, a642, a643, a644, a645, a646, a647, a648, a649, a650, a651, a652, a653, a654, a655;
            long a656, a657, a658, a659, a660, a661, a662, a663, a664, a665, a666, a667, a668, a669, a670, a671;
            long a672, a673, a674, a675, a676, a677, a678, a679, a680, a681, a682, a683, a684, a685, a686, a687;
            long a688, a689, a690, a691, a692, a693, a694, a695, a696, a697, a698, a699, a700, a701, a702, a703;
            long a704, a705, a706, a707, a708, a709, a710, a711, a712, a713, a714, a715, a716, a717, a718, a719;
            long a720, a721, a722, a723, a724, a725, a726, a727, a728, a729, a730, a731, a732, a733, a734, a735;
            long a736, a737, a738, a739, a740, a741, a742, a743, a744, a745, a746, a747, a748, a749, a750, a751;
            long a752, a753, a754, a755, a756, a757, a758, a759, a760, a761, a762, a763, a764, a765, a766, a767;
            long a768, a769, a770, a771, a772, a773, a774, a775, a776, a777, a778, a779, a780, a781, a782, a783;
            long a784, a785, a786, a787, a788, a789, a790, a791, a792, a793, a794, a795, a796, a797, a798, a799;
            long a800, a801, a802, a803, a804, a805, a806, a807, a808, a809, a810, a811, a812, a813, a814, a815;
            long a816, a817, a818, a819, a820, a821, a822, a823, a824, a825, a826, a827, a828, a829, a830, a831;
            long a832, a833, a834, a835, a836, a837, a838, a839, a840, a841, a842, a843, a844, a845, a846, a847;
            long a848, a849, a850, a851, a852, a853, a854, a855, a856, a857, a858, a859, a860, a861, a862, a863;
            long a864, a865, a866, a867, a868, a869, a870, a871, a872, a873, a874, a875, a876, a877, a878, a879;
            long a880, a881, a882, a883, a884, a885, a886, a887, a888, a889, a890, a891, a892, a893, a894, a895;
            long a896, a897, a898, a899, a900, a901, a902, a903, a904, a905, a906, a907, a908, a909, a910, a911;
            long a912, a913, a914, a915, a916, a917, a918, a919, a920, a921, a922, a923, a924, a925, a926, a927;
            long a928, a929, a930, a931, a932, a933, a934, a935, a936, a937, a938, a939, a940, a941, a942, a943;
            long a944, a945, a946, a947, a948, a949, a950, a951, a952, a953, a954, a955, a956, a957, a958, a959;
            long a960, a961, a962, a963, a964, a965, a966, a967, a968, a969, a970, a971, a972, a973, a974, a975;
            long a976, a977, a978, a979, a980, a981, a982, a983, a984, a985, a986, a987, a988, a989, a990, a991;
            long a992, a993, a994, a995, a996, a997, a998, a999, a1000, a1001, a1002, a1003, a1004, a1005, a1006, a1007;
            long a1008, a1009, a1010, a1011, a1012, a1013, a1014, a1015, a1016, a1017, a1018, a1019, a1020, a1021,
                    a1022, a1023;
            long a1024, a1025, a1026, a1027, a1028, a1029, a1030, a1031, a1032, a1033, a1034, a1035, a1036, a1037,
                    a1038, a1039;
            long a1040, a1041, a1042, a1043, a1044, a1045, a1046, a1047, a1048, a1049, a1050, a1051, a1052, a1053,
                    a1054, a1055;
            long a1056, a1057, a1058, a1059, a1060, a1061, a1062, a1063, a1064, a1065, a1066, a1067, a1068, a1069,
                    a1070, a1071;
            long a1072, a1073, a1074, a1075, a1076, a1077, a1078, a1079, a1080, a1081, a1082, a1083, a1084, a1085,
                    a1086, a1087;
            long a1088, a1089, a1090, a1091, a1092, a1093, a1094, a1095, a1096, a1097, a1098, a1099, a1100, a1101,
                    a1102, a1103;
            long a1104, a1105, a1106, a1107, a1108, a1109, a1110, a1111, a1112, a1113, a1114, a1115, a1116, a1117,
                    a1118, a1119;
            long a1120, a1121, a1122, a1123, a1124, a1125, a1126, a1127, a1128, a1129, a1130, a1131, a1132, a1133,
                    a1134, a1135;
            long a1136, a1137, a1138, a1139, a1140, a1141, a1142, a1143, a1144, a1145, a1146, a1147, a1148, a1149,
                    a1150, a1151;
            long a1152, a1153, a1154, a1155, a1156, a1157, a1158, a1159, a1160, a1161, a1162, a1163, a1164, a1165,
                    a1166, a1167;
            long a1168, a1169, a1170, a1171, a1172, a1173, a1174, a1175, a1176, a1177, a1178, a1179, a1180, a1181,
                    a1182, a1183;
            long a1184, a1185, a1186, a1187, a1188, a1189, a1190, a1191, a1192, a1193, a1194, a1195, a1196, a1197,
                    a1198, a1199;
            long a1200, a1201, a1202, a1203, a1204, a1205, a1206, a1207, a1208, a1209, a1210, a1211, a1212, a1213,
                    a1214, a1215;
            long a1216, a1217, a1218, a1219, a1220, a1221, a1222, a1223, a1224, a1225, a1226, a1227, a1228, a1229,
                    a1230, a1231;
            long a1232, a1233, a1234, a1235, a1236, a1237, a1238, a1239, a1240, a1241, a1242, a1243, a1244, a1245,
                    a1246, a1247;
            long a1248, a1249, a1250, a1251, a1252, a1253, a1254, a1255, a1256, a1257, a1258, a1259, a1260, a1261,
                    a1262, a1263;
            long a1264, a1265, a1266, a1267, a1268, a1269, a1270, a1271, a1272, a1273, a1274, a1275, a1276, a1277,
                    a1278, a1279;
            long a1280, a1281, a1282, a1283, a1284, a1285, a1286, a1287, a1288, a1289, a1290, a1291, a1292, a1293,
                    a1294, a1295;
            long a1296, a1297, a1298, a1299, a1300, a1301, a1302, a1303, a1304, a1305, a1306, a1307, a1308, a1309,
                    a1310, a1311;
            long a1312, a1313, a1314, a1315, a1316, a1317, a1318, a1319, a1320, a1321, a1322, a1323, a1324, a1325,
                    a1326, a1327;
            long a1328, a1329, a1330, a1331, a1332, a1333, a1334, a1335, a1336, a1337, a1338, a1339, a1340, a1341,
                    a1342, a1343;
            long a1344, a1345, a1346, a1347, a1348, a1349, a1350, a1351, a1352, a1353, a1354, a1355, a1356, a1357,
                    a1358, a1359;
            long a1360, a1361, a1362, a1363, a1364, a1365, a1366, a1367, a1368, a1369, a1370, a1371, a1372, a1373,
                    a1374, a1375;
            long a1376, a1377, a1378, a1379, a1380, a1381, a1382, a1383, a1384, a1385, a1386, a1387, a1388, a1389,
                    a1390, a1391;
            long a1392, a1393, a1394, a1395, a1396, a1397, a1398, a1399, a1400, a1401, a1402, a1403, a1404, a1405,
                    a1406, a1407;
            // spotless:on
            throw new IllegalStateException("the room of these variables is all that there is to them");
        }
    }
}
