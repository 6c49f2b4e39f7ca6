import MeterFiles
import Testing
