import { ActionList, ActionListGroup, ActionListItem, Button, WizardFooterWrapper } from "@patternfly/react-core";
import { wizardSteps } from "./address-draft.ts";

interface WizardButtonsProps {
  readonly stepNumber: number;
  readonly isBusy: boolean;
  readonly onBack: () => void;
  readonly onCancel: () => void;
}

/** The wizard's buttons, always in view. Next submits the step's form, as Enter does. */
export function WizardButtons({ stepNumber, isBusy, onBack, onCancel }: WizardButtonsProps) {
  return (
    <WizardFooterWrapper>
      <ActionList>
        <ActionListGroup>
          <ActionListItem>
            <Button variant="secondary" onClick={onBack} isDisabled={stepNumber === 1}>Back</Button>
          </ActionListItem>
          <ActionListItem>
            <Button variant="primary" type="submit" form="address-step" isLoading={isBusy} aria-disabled={isBusy}>
              {stepNumber === wizardSteps.length ? "Create address" : "Next"}
            </Button>
          </ActionListItem>
        </ActionListGroup>
        <ActionListGroup>
          <ActionListItem>
            <Button variant="link" onClick={onCancel}>Cancel</Button>
          </ActionListItem>
        </ActionListGroup>
      </ActionList>
    </WizardFooterWrapper>
  );
}
