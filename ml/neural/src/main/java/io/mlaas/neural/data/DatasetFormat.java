package io.mlaas.neural.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Formats of datasets, told by a file's first bytes, and by its name where they do not say. */
enum DatasetFormat {
    CSV,
    NPY,
    NPZ,
    MAT,
    IDX;

    static DatasetFormat of(Path file) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(512);
        }
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u0093NUMPY")) {
            return NPY;
        }
        if (text.startsWith("MATLAB 5.0")) {
            return MAT;
        }
        if (text.startsWith("MATLAB 7.3") || text.startsWith("\u0089HDF")) {
            throw new InvalidDataException(file.getFileName()
                    + ": MAT v7.3 (HDF5) (expected: MAT v5, as saved with -v7 or by scipy.io.savemat)");
        }
        if (text.startsWith("PK")) {
            return name.contains("ubyte") || name.endsWith(".zip") ? IDX : NPZ;
        }
        boolean gzip = text.startsWith("\u001f\u008b");
        boolean idx =
                start.length >= 4 && start[0] == 0 && start[1] == 0 && start[2] == 8 && start[3] >= 1 && start[3] <= 4;
        boolean tar = start.length > 262 && text.startsWith("ustar", 257);
        if (gzip || idx || tar) {
            return IDX;
        }
        if (text.indexOf('\0') >= 0) {
            throw new InvalidDataException(
                    file.getFileName() + ": unknown binary format (expected: CSV, NPY, NPZ, MAT v5 or idx-ubyte)");
        }
        return CSV;
    }
}
