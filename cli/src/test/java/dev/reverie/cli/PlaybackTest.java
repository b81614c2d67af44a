package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PlaybackTest {
    /** No device anywhere plays at this rate. */
    @Test
    void withoutADeviceItSaysWhatToDo() {
        IOException fault = assertThrows(IOException.class, () -> Playback.open(Integer.MAX_VALUE));
        assertTrue(String.valueOf(fault.getMessage()).contains("leave --play out"), fault.getMessage());
    }
}
