package dev.reverie.diffusion.family;

import java.util.List;

/** The generations of Stable Diffusion whose single files are read, with what the tensors do not say. */
enum Generation {
    SD_1("StableDiffusion", 64, 0.18215),
    SD_2("StableDiffusion", 64, 0.18215),
    SDXL("StableDiffusionXL", 128, 0.13025),
    SDXL_REFINER("StableDiffusionXL", 128, 0.13025);

    private static final int HEAD_WIDTH = 64;

    private final String pipelines;
    private final int sampleSize;
    private final double latentScale;

    Generation(String pipelines, int sampleSize, double latentScale) {
        this.pipelines = pipelines;
        this.sampleSize = sampleSize;
        this.latentScale = latentScale;
    }

    boolean isXl() {
        return this == SDXL || this == SDXL_REFINER;
    }

    double latentScale() {
        return latentScale;
    }

    /** Size of the latents that the published network was trained at; SD 2 in v prediction at 768 pixels. */
    int sampleSize(Parameterization prediction) {
        return this == SD_2 && prediction.isVelocity() ? 96 : sampleSize;
    }

    /** Heads of a stage: eight in SD 1, later on as many as are 64 wide. */
    int heads(int channels) {
        return this == SD_1 ? 8 : Math.max(1, channels / HEAD_WIDTH);
    }

    /** The pipeline of a network that takes so many channels: latents, with a mask and a picture, or a picture. */
    String pipelineClass(int channels) {
        return pipelines
                + switch (channels) {
                    case 9 -> "InpaintPipeline";
                    case 8 -> "InstructPix2PixPipeline";
                    default -> this == SDXL_REFINER ? "Img2ImgPipeline" : "Pipeline";
                };
    }

    /** Names of the text encoders' parts. */
    List<String> textEncoders() {
        return switch (this) {
            case SD_1, SD_2 -> List.of("text_encoder");
            case SDXL -> List.of("text_encoder", "text_encoder_2");
            case SDXL_REFINER -> List.of("text_encoder_2");
        };
    }

    /** What fills a row of a tokenizer's up. */
    String padding(String tokenizer) {
        return this == SD_2 || tokenizer.equals("tokenizer_2") ? "!" : "<|endoftext|>";
    }
}
