package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ermine.tee.Arguments;
import org.ermine.tee.testing.contract.TrustedObjectContract;

/** What every trusted service has to stand: bad operations, odd arguments, many clients, being replaced. */
class SumServiceContractTest extends TrustedObjectContract {

    @Override
    protected Object service() {
        return new SumService();
    }

    @Override
    protected int operation() {
        return 0;
    }

    @Override
    protected Arguments arguments() {
        return new Arguments().in(new byte[] {40, 0, 0, 0, 2, 0, 0, 0}).out(new byte[4]);
    }

    @Override
    protected void checkAnswer(Arguments arguments) {
        assertEquals(42, arguments.bytes(1).getInt());
    }
}
