"use client";
import { Card, CardBody, CardHeader, CardTitle, FormGroup, FormHelperText, Gallery, HelperText, HelperTextItem, TextInput, Title } from "@patternfly/react-core";
import { Fragment } from "react";
import { useController, useFormContext } from "react-hook-form";
import type { CreateAddressFields, SpaceScope } from "#contracts/addresses/address.ts";
import { addressTypes } from "#contracts/addresses/address-type.ts";
import { addressTypeDescriptions } from "#contracts/addresses/type-descriptions.ts";
import { FieldHelp } from "#components/form/FieldHelp.tsx";
import { useNameCheck } from "./use-name-check.ts";
import { TopicField } from "./TopicField.tsx";
import { TypePicture } from "./TypePicture.tsx";
import styles from "./wizard.module.css";

export function NameAndTypeStep({ scope }: { scope: SpaceScope }) {
  const { control } = useFormContext<CreateAddressFields>();
  const name = useController({ control, name: "name" });
  const { field: { ref: typeRef, value: type, onChange: chooseType }, fieldState: typeState } = useController({ control, name: "type" });
  const check = useNameCheck(scope, name.field.value);
  const nameProblem = name.fieldState.error?.message ?? check.refusal;
  return (
    <>
      <Title headingLevel="h2" size="lg">Name and type</Title>
      <FormGroup label="Name" isRequired fieldId="address-name">
        <TextInput
          id="address-name"
          {...name.field}
          isRequired
          autoComplete="off"
          spellCheck={false}
          placeholder="orders/incoming"
          validated={nameProblem !== undefined ? "error" : check.isFree ? "success" : "default"}
          aria-describedby="address-name-help"
          className={styles.name}
        />
        <FieldHelp id="address-name-help" error={nameProblem}>
          {/* No longer than without, so that nothing below moves while somebody types. */}
          {check.isFree ? "This name is free." : type === "subscription" ? "Programs use this name to receive." : "Programs use this name to send and receive."} It cannot be changed later; / or . divide it into words.
        </FieldHelp>
      </FormGroup>
      <fieldset className={styles.choices} ref={typeRef} tabIndex={-1} aria-describedby="address-type-help">
        <legend className={styles.legend}>Type</legend>
        {typeState.invalid ? (
          <FormHelperText id="address-type-help">
            <HelperText>
              <HelperTextItem variant="error">{typeState.error?.message}</HelperTextItem>
            </HelperText>
          </FormHelperText>
        ) : null}
        <Gallery hasGutter minWidths={{ default: "min(100%, 24rem)" }}>
          {addressTypes.map((each) => (
            <Fragment key={each}>
            <Card id={`type-card-${each}`} isSelectable isCompact isSelected={type === each} className={styles.choice}>
              <CardHeader
                selectableActions={{
                  selectableActionId: `type-${each}`,
                  selectableActionAriaLabelledby: `type-title-${each}`,
                  selectableActionProps: { "aria-describedby": `type-text-${each}` },
                  name: "type",
                  variant: "single",
                  onChange: () => chooseType(each),
                }}
              >
                <CardTitle id={`type-title-${each}`}>{addressTypeDescriptions[each].title}</CardTitle>
              </CardHeader>
              <CardBody className={styles.typeBody}>
                <TypePicture type={each} />
                <p id={`type-text-${each}`}>{addressTypeDescriptions[each].sentence}</p>
              </CardBody>
            </Card>
            {each === "subscription" && type === each ? (
              <div className={styles.topic}>
                <TopicField scope={scope} />
              </div>
            ) : null}
            </Fragment>
          ))}
        </Gallery>
      </fieldset>
    </>
  );
}
