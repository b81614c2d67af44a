package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where pictures go.
 *
 * @param stem path without its ending
 * @param ending of the files, with its dot
 * @param format of the files
 * @param numbered whether further pictures follow
 * @param fresh whether files that are there are left alone
 */
record PictureTarget(String stem, String ending, PictureFormat format, boolean numbered, boolean fresh) {
    private static final int JPEG_QUALITY = 92;

    /**
     * Checks what can be checked before the work begins.
     *
     * @param named what the user named, to be written over if it is there; null for new files in the current folder
     * @param format null if the file's ending decides
     */
    static PictureTarget of(@Nullable Path named, @Nullable PictureFormat format, int count) throws IOException {
        if (named == null) {
            PictureFormat form = format == null ? PictureFormat.PNG : format;
            return new PictureTarget("picture", form.ending(), form, count > 1, true);
        }
        OutputFile.requireWritable(named);
        String path = named.toString();
        int dot = String.valueOf(named.getFileName()).lastIndexOf('.');
        String ending = dot <= 0 ? "" : path.substring(path.lastIndexOf('.'));
        PictureFormat form = format != null ? format : formatOf(named, ending);
        String stem = path.substring(0, path.length() - ending.length());
        return new PictureTarget(stem, ending.isEmpty() ? form.ending() : ending, form, count > 1, false);
    }

    private static PictureFormat formatOf(Path named, String ending) {
        return switch (ending.toLowerCase(Locale.ROOT)) {
            case "", ".png" -> PictureFormat.PNG;
            case ".jpg", ".jpeg" -> PictureFormat.JPG;
            default ->
                throw new IllegalArgumentException(
                        named + ": PNG and JPEG can be written; end the name in .png or .jpg, or say --format");
        };
    }

    /** Whether one of {@code count} pictures would go to the file of {@code other}. */
    boolean mayBe(PictureTarget other, int count) {
        Path single = other.file(0).toAbsolutePath().normalize();
        return !fresh
                && IntStream.range(0, count)
                        .anyMatch(index ->
                                file(index).toAbsolutePath().normalize().equals(single));
    }

    /** Writes picture {@code index} whole or not at all; the file that it went to. */
    Path write(Image picture, int index) throws IOException {
        Path file = file(index);
        if (format == PictureFormat.JPG) {
            picture.writeJpeg(file, JPEG_QUALITY);
        } else {
            picture.writePng(file);
        }
        return file;
    }

    private Path file(int index) {
        return fresh
                ? OutputFile.fresh(stem, ending)
                : Path.of(numbered ? stem + "-" + (index + 1) + ending : stem + ending);
    }
}
