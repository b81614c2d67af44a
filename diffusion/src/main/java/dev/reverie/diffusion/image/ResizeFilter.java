package dev.reverie.diffusion.image;

/** Filters of resizing, as PIL has them; {@code x} is the distance in pixels of the smaller picture. */
public enum ResizeFilter {
    /** The one pixel under each centre. */
    NEAREST(0),
    BOX(0.5) {
        @Override
        double weight(double x) {
            return x > -0.5 && x <= 0.5 ? 1 : 0;
        }
    },
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    HAMMING(1) {
        @Override
        double weight(double x) {
            double t = Math.abs(x) * Math.PI;
            return t == 0 ? 1 : t >= Math.PI ? 0 : StrictMath.sin(t) / t * (0.54 + 0.46 * StrictMath.cos(t));
        }
    },
    /** Keys' cubic with a = -0.5. */
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double t = Math.abs(x);
            if (t < 1) {
                return (1.5 * t - 2.5) * t * t + 1;
            }
            return t < 2 ? -0.5 * (((t - 5) * t + 8) * t - 4) : 0;
        }
    },
    LANCZOS(3) {
        @Override
        double weight(double x) {
            return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    };

    private final double support;

    ResizeFilter(double support) {
        this.support = support;
    }

    /** Distance from which on the weight is 0. */
    double support() {
        return support;
    }

    double weight(double x) {
        throw new UnsupportedOperationException(name() + " has no weights");
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : StrictMath.sin(x * Math.PI) / (x * Math.PI);
    }
}
