package dev.reverie.cli;

/** Forms of picture files that can be written. */
enum PictureFormat {
    /** Without loss, with what the picture was drawn from as a text. */
    PNG(".png"),
    /** Smaller, with loss. */
    JPG(".jpg");

    private final String ending;

    PictureFormat(String ending) {
        this.ending = ending;
    }

    String ending() {
        return ending;
    }
}
