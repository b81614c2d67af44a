package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilePiecesTest {
    @ParameterizedTest
    @CsvSource({"1,0,320", "1,1,16", "1,256,320", "1,64,640", "2,97,1280", "1,300,208", "3,500,96", "1,9000,128"})
    void everyTileMeetsEveryColumnOnce(int batch, int tiles, int columns) {
        TilePieces pieces = new TilePieces(batch, tiles, 96, columns);
        int[][] met = new int[tiles][columns];
        for (int piece = 0; piece < pieces.count(); piece++) {
            for (int tile = pieces.first(piece); tile < pieces.first(piece) + pieces.tiles(piece); tile++) {
                for (int column = pieces.from(piece); column < pieces.to(piece); column++) {
                    met[tile][column]++;
                }
            }
            assertEquals(0, pieces.from(piece) % Tile.WIDTH);
        }
        for (int[] row : met) {
            for (int count : row) {
                assertEquals(1, count);
            }
        }
    }

    @Test
    void tilesAreSharedOutEvenly() {
        TilePieces pieces = new TilePieces(1, 256, 96, 320);
        assertEquals(8, pieces.count());
        for (int piece = 0; piece < pieces.count(); piece++) {
            assertEquals(64, pieces.tiles(piece));
            assertTrue(pieces.to(piece) - pieces.from(piece) >= 128);
        }
    }
}
